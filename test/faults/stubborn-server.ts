import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

// A legacy server over stdio that does not want to end: neither at the end of its input nor at
// SIGTERM, and neither does the program that it starts.
const STAY = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"
process.on('SIGTERM', () => {})
process.stdout.on('error', () => {})
setInterval(() => {}, 1_000)
spawn(process.execPath, ['-e', STAY], { stdio: 'ignore' })

const ANSWERS: Readonly<Record<string, object>> = {
  initialize: {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'stubborn', version: '1' },
  },
  'tools/list': { tools: [{ name: 'stay', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'still here' }] },
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line)
  if (id === undefined) return
  const result = ANSWERS[method]
  const error = { code: -32601, message: 'unknown method' }
  const answer = result === undefined ? { error } : { result }
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer })}\n`)
})
