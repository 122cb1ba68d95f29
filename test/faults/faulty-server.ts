import { createInterface } from 'node:readline'

// A legacy server over stdio. Each of its tools is a fault, but for one.
const say = (message: object): void => {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
}
const content = [{ type: 'text', text: 'well' }]

/** Tool names hold no spaces. */
const TOOLS: Readonly<Record<string, (id: number) => void>> = {
  well: (id) => say({ id, result: { content } }),
  crash: () => process.exit(3),
  crash_in_the_middle_of_the_answer: (id) => {
    process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":{"content":[`, () => process.exit(3))
  },
  garbage: () => process.stdout.write('{]\u0000\u001b[2J\n'),
  truncated_JSON: (id) => process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":{"con\n`),
  'bytes_that_are_not_UTF-8': () => process.stdout.write(Buffer.from([0x7b, 0xc3, 0x28, 0x0a])),
  a_huge_answer: (id) => {
    say({ id, result: { content: [{ type: 'text', text: 'x'.repeat(300_000) }] } })
  },
  a_line_without_end: () => {
    for (let count = 0; count < 100; count += 1) process.stdout.write('x'.repeat(65_536))
  },
  a_slow_drip: (id) => {
    process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":{"content":"`)
    setInterval(() => process.stdout.write('x'), 20)
  },
  the_answer_to_another_request: () => say({ id: 4711, result: { content } }),
  silence: () => {},
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) return
  const serverInfo = { name: 'faulty', version: '1' }
  const capabilities = { tools: {} }
  if (method === 'initialize')
    say({ id, result: { protocolVersion: '2025-11-25', capabilities, serverInfo } })
  else if (method === 'tools/list') {
    const tools = Object.keys(TOOLS).map((name) => ({ name, inputSchema: { type: 'object' } }))
    say({ id, result: { tools } })
  } else if (method === 'tools/call') TOOLS[params.name]?.(id)
  else say({ id, error: { code: -32601, message: 'unknown method' } })
})
