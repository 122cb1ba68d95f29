import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callTool } from '../faults/client.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { textOf } from './machine.ts'

const UNRULY = join(import.meta.dirname, 'unruly-server.ts')

const NUMBERED = Array.from({ length: 20 }, (_, at) => `server-${at}`)
const MISCHIEF = ['lines', 'stdout', 'stderr', 'silence', 'forks', 'disk', 'exit'] as const

let gateway: RunningGateway | undefined

beforeAll(async () => {
  const server = (more: object = {}): object => ({
    ...{ transport: 'stdio', command: process.execPath, args: [UNRULY], sandbox: {} },
    ...more,
  })
  const limits = { memory: '1GiB', pids: 32, fileSize: '1MiB', files: 256 }
  const fs = { tmp: '4MiB', home: '1MiB', shm: '1MiB' }
  const servers = Object.fromEntries([
    ...NUMBERED.map((name) => [name, server({ timeout: '80s' })]),
    ...MISCHIEF.map((name) => [name, server({ sandbox: { fs, limits }, timeout: '8s' })]),
  ])
  gateway = await startGateway(servers as never, {
    sandbox: { allowUnsandboxed: false },
    definitions: { firstSight: 'trust' },
  })
}, 90_000)

afterAll(() => gateway?.stop())

async function call(server: string, tool: string): Promise<string> {
  if (gateway === undefined) throw new Error('there is no gateway')
  return textOf(await callTool(gateway, server, tool, {}))
}

test('twenty servers start at once, each with its own processes', async () => {
  const said = await Promise.all(NUMBERED.map((name) => call(name, 'processes')))
  // bubblewrap and the server.
  for (const text of said) expect(text).toMatch(/"text":"[1-4]"/)
}, 90_000)

test.concurrent.each(MISCHIEF)(
  'a server that does harm by %s is held, and others are served',
  async (tool) => {
    const [said] = await Promise.all([call(tool, tool), call('server-0', 'processes')])
    expect(said).toMatch(/EAGAIN|ENOSPC|EFBIG|"code":|isError/)
    expect(await call('server-1', 'processes')).toMatch(/"text":"[1-4]"/)
    expect(gateway?.child.ended()).toBe(false)
  },
  60_000,
)
