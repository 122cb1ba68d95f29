import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { callTool, openSession } from './client.ts'
import { alive, descendants, until } from './processes.ts'

const require = createRequire(import.meta.url)
const EVERYTHING = require.resolve('@modelcontextprotocol/server-everything/dist/index.js')
const STUBBORN = fileURLToPath(new URL('./stubborn-server.ts', import.meta.url))

const SERVERS = {
  everything: { transport: 'stdio', command: process.execPath, args: [EVERYTHING, 'stdio'] },
  stubborn: { transport: 'stdio', command: process.execPath, args: [STUBBORN] },
} as const

/** A gateway with a shared child and one of a session's own for each server, all in use. */
async function gatewayWithChildren(): Promise<RunningGateway> {
  const gateway = await startGateway(SERVERS)
  onTestFinished(gateway.stop)
  const calls = [
    ['everything', 'get-sum', { a: 1, b: 2 }],
    ['stubborn', 'stay', {}],
  ] as const
  await Promise.all(
    calls.flatMap(([server, tool, args]) => [
      callTool(gateway, server, tool, args),
      openSession(gateway, server).then((id) => callTool(gateway, server, tool, args, id)),
    ]),
  )
  return gateway
}

for (const [signal, end] of [
  ['SIGKILL', (gateway: RunningGateway) => gateway.child.kill()],
  ['SIGTERM', (gateway: RunningGateway) => gateway.child.stop()],
] as const)
  test(`no server process, nor what it started, outlives a gateway that gets ${signal}`, async () => {
    const gateway = await gatewayWithChildren()
    const children = descendants(gateway.child.pid)
    onTestFinished(() => {
      for (const pid of children.filter(alive)) process.kill(pid, 'SIGKILL')
    })
    // Two of server-everything, two of the stubborn one, each of these with a child of its own.
    expect(children.length).toBeGreaterThanOrEqual(6)
    await end(gateway)
    if (signal === 'SIGTERM') expect(await gateway.child.closed).toBe(0)
    await until(() => !children.some(alive))
  }, 40_000)
