import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

// A server over stdio whose tools do harm, each in its way.
const MIB = 2 ** 20

/** Writes without an end, as fast as it is read. */
function flood(stream: NodeJS.WriteStream, text: string): undefined {
  const more = (): void => {
    while (stream.write(text));
    stream.once('drain', more)
  }
  stream.on('error', () => {})
  more()
}

async function forks(): Promise<string> {
  const children = await Promise.all(
    Array.from({ length: 100 }, async () => {
      try {
        const child = spawn('/usr/bin/sleep', ['60'], { stdio: 'ignore' })
        return await new Promise<string>((done) => {
          child.once('spawn', () => done('started'))
          child.once('error', (error) => done(String((error as NodeJS.ErrnoException).code)))
        })
      } catch (error) {
        return String((error as NodeJS.ErrnoException).code)
      }
    }),
  )
  return children.find((code) => code !== 'started') ?? 'all started'
}

function fill(): string {
  try {
    for (let at = 0; at < 64; at += 1) writeFileSync(`/tmp/${at}`, Buffer.alloc(MIB / 2))
    return 'all written'
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  }
}

/** What a tool answers with; undefined where it never does. */
const TOOLS: Readonly<Record<string, () => string | undefined | Promise<string>>> = {
  processes: () => String(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length),
  lines: () => flood(process.stdout, `${JSON.stringify({ jsonrpc: '2.0', method: 'noise' })}\n`),
  stdout: () => flood(process.stdout, 'x'.repeat(MIB)),
  stderr: () => flood(process.stderr, `${'x'.repeat(1_000)}\n`),
  silence: () => undefined,
  forks,
  disk: fill,
  exit: () => process.exit(7),
}

async function answer(method: string, name: string): Promise<object | undefined> {
  if (method === 'tools/call') {
    const text = await TOOLS[name]?.()
    return text === undefined ? undefined : { result: { content: [{ type: 'text', text }] } }
  }
  if (method === 'initialize') {
    const serverInfo = { name: 'unruly', version: '1' }
    return { result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo } }
  }
  if (method !== 'tools/list') return { error: { code: -32601, message: 'unknown method' } }
  const tools = Object.keys(TOOLS).map((tool) => ({ name: tool, inputSchema: { type: 'object' } }))
  return { result: { tools } }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) return
  void answer(method, String(params?.name)).then((said) => {
    if (said !== undefined)
      process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...said })}\n`)
  })
})
