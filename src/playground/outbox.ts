#!/usr/bin/env node
import { appendFile } from 'node:fs/promises'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import * as z from 'zod'

/**
 * The sample outbox over stdio. What it "sends" it appends to a file, one JSON object a line, so that
 * everybody can see what would have left.
 */
function outbox(file: string): McpServer {
  const server = new McpServer({ name: 'playground-outbox', version: '1.0.0' })
  server.registerTool(
    'send_message',
    {
      description: 'Sends a message to one address.',
      inputSchema: z.object({
        to: z.string().max(254).describe('One address.'),
        subject: z.string().max(200),
        body: z.string().max(100_000),
      }),
    },
    async (message) => {
      await appendFile(file, `${JSON.stringify(message)}\n`, { mode: 0o600 })
      return { content: [{ type: 'text', text: `Sent to ${message.to}.` }] }
    },
  )
  return server
}

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: outbox FILE')
serveStdio(() => outbox(file))
