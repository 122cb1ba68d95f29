import { createInterface } from 'node:readline'

// A legacy server over stdio by hand, for what the official ones never do. The first argument
// says how it behaves as a process, the name of the tool called what it does with a call.
const mode = process.argv[2] ?? 'honest'
const say = (message: object): void => {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
}
const raw = (text: string): void => {
  process.stdout.write(text)
}
const held: number[] = []
/** Writes for ever, as fast as it is read. */
const pour = (stream: NodeJS.WriteStream, text: string): void => {
  stream.write(text, () => pour(stream, text))
}

const TOOLS: Readonly<Record<string, (id: number, params: Record<string, unknown>) => void>> = {
  echo: (id, params) => {
    // biome-ignore lint/style/noProcessEnv: what a child is given is what the tests look at
    say({ id, result: { params, env: process.env, cwd: process.cwd() } })
  },
  pid: (id) => say({ id, result: { pid: process.pid } }),
  hold: (id) => held.push(id),
  letGo: (id) => {
    for (const one of [...held.splice(0), id]) say({ id: one, result: { id: one } })
  },
  crash: () => {
    process.stderr.write('about to crash\n')
    process.exit(3)
  },
  lastWords: (id) => {
    say({ id, result: { last: true } })
    process.exit(0)
  },
  garbage: () => raw('{"jsonrpc":"2.0","id"\n'),
  chatter: (id) => {
    raw('Server starting...\n\n[1] ready? no\r\n')
    say({ id, result: {} })
  },
  notUtf8: () => process.stdout.write(Buffer.from([0x7b, 0xc3, 0x28, 0x0a])),
  tooLong: (id) => say({ result: { text: 'x'.repeat(300_000) }, id }),
  tooLongFirst: (id) => say({ id, result: { text: 'x'.repeat(300_000) } }),
  flood: () => {
    for (;;) raw('x'.repeat(65_536))
  },
  large: (id) => say({ id, result: { text: 'é'.repeat(400_000) } }),
  complain: (id) => {
    say({ id, result: {} })
    pour(process.stderr, `${'x'.repeat(999)}\n`.repeat(60))
  },
  announce: (id) => {
    say({ id, result: {} })
    const message = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' }
    pour(process.stdout, `${JSON.stringify(message)}\n`.repeat(1_000))
  },
  wrongId: (id) => {
    say({ id: 9_999, result: { wrong: true } })
    say({ id, result: { right: true } })
    say({ id, result: { late: true } })
  },
  noId: () => say({ id: null, error: { code: -32700, message: 'unreadable' } }),
  inform: (id) => {
    say({ method: 'notifications/message', params: { data: 'about the call' } })
    say({ method: 'notifications/tools/list_changed' })
    say({ id: 'ask', method: 'roots/list' })
    say({ id, result: {} })
  },
  fork: (id) => {
    void import('node:child_process').then(({ spawn }) => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
        stdio: 'ignore',
      })
      say({ id, result: { pid: process.pid, child: child.pid } })
    })
  },
}

if (mode === 'stubborn') {
  process.on('SIGTERM', () => {})
  setInterval(() => {}, 1_000)
}
if (mode === 'dies') process.exit(1)

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (mode === 'silent-before-initialize' && method === 'server/discover') return
  if (mode === 'dies-when-probed' && method === 'server/discover') process.exit(1)
  if (method === 'initialize') {
    const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: mode } }
    say({ id, result })
  } else if (method === 'tools/call') TOOLS[params.name]?.(id, params)
  else if (method === 'notifications/cancelled')
    process.stderr.write(`cancelled ${params.requestId}\n`)
  else if (id !== undefined && method !== undefined)
    say({ id, error: { code: -32602, message: 'not before initialize' } })
})
