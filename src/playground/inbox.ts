#!/usr/bin/env node
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import * as z from 'zod'
import { MESSAGES, type Message } from './messages.ts'

/** The sample inbox over stdio. It only reads. */
function inbox(): McpServer {
  const server = new McpServer({ name: 'playground-inbox', version: '1.0.0' })
  server.registerTool(
    'list_messages',
    { description: 'Lists the messages of the inbox, without their bodies.' },
    async () => text(MESSAGES.map(heading).join('\n')),
  )
  server.registerTool(
    'read_message',
    {
      description: 'Reads one message.',
      inputSchema: z.object({ id: z.string().max(32).describe('As in `list_messages`.') }),
    },
    async ({ id }) => {
      const message = MESSAGES.find((candidate) => candidate.id === id)
      return message
        ? text(full(message))
        : { ...text(`There is no message ${JSON.stringify(id)}.`), isError: true }
    },
  )
  return server
}

function heading({ id, date, from, subject }: Message): string {
  return `${id}  ${date}  ${from}  ${subject}`
}

function full({ from, date, subject, body }: Message): string {
  return `From: ${from}\nDate: ${date}\nSubject: ${subject}\n\n${body}`
}

function text(content: string) {
  return { content: [{ type: 'text' as const, text: content }] }
}

serveStdio(inbox)
