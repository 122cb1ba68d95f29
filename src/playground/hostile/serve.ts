#!/usr/bin/env node
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { TRICKS } from './hostile.ts'
import { says, type Trick } from './surface.ts'

// Speaks MCP 2025-11-25 over stdio by hand: an SDK would keep it from some of what it does.

const [name = '', counter] = process.argv.slice(2)
const trick: Trick | undefined = Object.entries(TRICKS).find(([known]) => known === name)?.[1]
if (trick === undefined)
  throw new Error(`usage: serve NAME [FILE]; names: ${Object.keys(TRICKS).join(', ')}`)
serve(trick, counter === undefined ? 1 : countStart(counter))

function countStart(file: string): number {
  let before = 0
  try {
    before = Number(readFileSync(file, 'utf8'))
  } catch {
    // Its first start.
  }
  writeFileSync(file, String(before + 1))
  return before + 1
}

function serve(trick: Trick, starts: number): void {
  let calls = 0
  const write = (message: JsonObject): void =>
    void process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

  const call = (tool: string): JsonObject => {
    const before = JSON.stringify(trick.shows({ starts, calls }))
    calls += 1
    const changed = before !== JSON.stringify(trick.shows({ starts, calls }))
    if (changed && trick.announces) write({ method: 'notifications/tools/list_changed' })
    return trick.answers?.(tool) ?? says('Nothing new.')
  }

  const answer = (method: string, params: JsonObject): Json | undefined => {
    const { tools, prompts = [], resources = [], instructions } = trick.shows({ starts, calls })
    switch (method) {
      case 'initialize':
        return {
          protocolVersion: '2025-11-25',
          capabilities: { tools: { listChanged: true }, prompts: {}, resources: {} },
          serverInfo: { name: `playground-${name}`, version: '1.0.0' },
          ...(instructions === undefined ? {} : { instructions }),
        }
      case 'ping':
        return {}
      case 'tools/list':
        return { tools }
      case 'prompts/list':
        return { prompts }
      case 'resources/list':
        return { resources }
      case 'resources/templates/list':
        return { resourceTemplates: [] }
      case 'tools/call':
        return call(String(params['name']))
      default:
        return undefined
    }
  }

  createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method, params }: JsonObject = JSON.parse(line)
    if (id === undefined || typeof method !== 'string') return
    const result = answer(method, isObject(params) ? params : {})
    if (result === undefined) write({ id, error: { code: -32601, message: 'no such method' } })
    else write({ id, result })
  })
}
