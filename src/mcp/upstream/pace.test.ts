import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { ServerTransport } from './link.ts'
import { createPace, readPaced } from './pace.ts'
import { callTool, openTestLink, until } from './testing/kit.ts'

const SCRIPT = new URL('./testing/stdio-script.ts', import.meta.url).pathname
const LEGACY = { revision: 'legacy' } as const
const FLOODER: ServerTransport = {
  ...{ kind: 'stdio', command: process.execPath, args: [SCRIPT, 'flooder'], env: {} },
  cwd: undefined,
}
const MIB = 1024 * 1024
const [RATE, BURST, LINE] = [4 * MIB, 16 * MIB, 1_024]

test('a budget is used up, overdrawn, and refilled as time goes by', () => {
  let now = 0
  const pace = createPace({ rate: 100, burst: 1_000, clock: () => now })
  pace.spend(1_000)
  expect(pace.wait()).toBe(0)
  pace.spend(50)
  expect(pace.wait()).toBe(500)
  now = 400
  expect(pace.wait()).toBe(100)
  now = 500
  expect(pace.wait()).toBe(0)
  // What is given back, or comes back, is never more than it holds.
  pace.spend(-5_000)
  now = 60_000
  pace.spend(1_001)
  expect(pace.wait()).toBe(10)
})

test('a clock that goes back refills nothing', () => {
  let now = 1_000
  const pace = createPace({ rate: 1_000, burst: 10, clock: () => now })
  pace.spend(20)
  now = 0
  expect(pace.wait()).toBe(10)
})

test('a stream beyond its budget is not read until it is even, and the flood is told once', async () => {
  let now = 0
  const stream = new PassThrough()
  const read: number[] = []
  let floods = 0
  const pace = createPace({ rate: 1_000, burst: 100, clock: () => now })
  readPaced(
    stream,
    pace,
    (chunk) => read.push(chunk.length),
    () => {
      floods += 1
    },
  )
  stream.write(Buffer.alloc(90))
  await until(() => read.length === 1)
  expect(floods).toBe(0)
  for (const _ of [1, 2, 3]) stream.write(Buffer.alloc(20))
  await until(() => stream.isPaused())
  expect([read.length, floods]).toEqual([2, 1])
  now = 1_000
  await until(() => read.length === 4)
  stream.write(Buffer.alloc(200))
  await until(() => stream.isPaused())
  expect(floods).toBe(1)
})

test.each([
  ['complain', 'stderr'],
  ['announce', 'stdout'],
] as const)(
  'a child that floods us with what nobody asked for is slowed down: %s',
  async (tool, stream) => {
    const start = performance.now()
    const { link, heard } = await openTestLink(FLOODER, LEGACY)
    const other = await openTestLink(FLOODER, LEGACY)
    await callTool(link, tool)
    await until(() => heard.floods.length > 0)
    await sleep(1_000)
    const lines = stream === 'stderr' ? heard.stderr.length : heard.notifications.length
    const elapsed = performance.now() - start
    expect(heard.floods).toEqual([stream])
    // Besides the budget, one chunk of a pipe, which holds at most a line in 60 bytes.
    const most = BURST + (RATE * elapsed) / 1000 + 64 * 1024 + (64 * 1024 * LINE) / 60
    expect(lines * LINE).toBeLessThan(most)
    expect(await callTool(other.link, 'echo')).toMatchObject({ kind: 'result' })
    expect(other.heard.floods).toEqual([])
  },
)

test('answers cost nothing, however many and however long', async () => {
  const { link, heard } = await openTestLink(FLOODER, LEGACY)
  for (let sent = 0; sent < 2 * BURST; sent += 800_000)
    expect(await callTool(link, 'large')).toMatchObject({ kind: 'result' })
  expect(heard.floods).toEqual([])
})
