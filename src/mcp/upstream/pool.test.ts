import { expect, onTestFinished, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import { pauseAfter } from './back-off.ts'
import type { Link, LinkOptions, ServerTransport } from './link.ts'
import { createLinkOpener } from './open-link.ts'
import { createLinkPool } from './pool.ts'
import { alive, callTool, FACE, until } from './testing/kit.ts'

const SCRIPT = new URL('./testing/stdio-script.ts', import.meta.url).pathname
const BACK_OFF = { first: 1_000, longest: 60_000 }

function optionsFor(transport: ServerTransport): LinkOptions {
  return {
    server: 'pooled',
    transport,
    revision: 'legacy',
    face: FACE,
    listener: { onNotification: () => {}, onRequest: () => Promise.reject(new Error('asked')) },
    timeout: 10_000,
    maxMessage: 100_000,
  }
}

const NOWHERE = optionsFor({ kind: 'http', url: 'http://127.0.0.1:1/', headers: {} })

/** A link that does nothing but end. */
function emptyLink(): Link & { readonly end: () => void } {
  const closed = Promise.withResolvers<void>()
  return {
    era: 'modern',
    claims: {
      revision: '2026-07-28',
      capabilities: {},
      serverInfo: {},
      instructions: undefined,
      result: {},
    },
    request: () => Promise.reject(new Error('asked')),
    notify: async () => {},
    closed: closed.promise,
    close: async () => closed.resolve(),
    end: closed.resolve,
  }
}

interface Bench {
  now: number
  opens: number
  fails: boolean
  readonly links: ReturnType<typeof emptyLink>[]
  readonly pool: ReturnType<typeof createLinkPool>
}

function bench(maxLinks = 10, idleMs = 1_000, maxChildren = maxLinks): Bench {
  const pool = createLinkPool({
    openLink: async () => {
      state.opens += 1
      await Promise.resolve()
      if (state.fails) throw new GatewayError('upstream_unauthorized', 'no')
      const link = emptyLink()
      state.links.push(link)
      return link
    },
    maxLinks,
    maxChildren,
    idleMs,
    backOff: BACK_OFF,
    clock: () => state.now,
    random: () => 0.999_999,
  })
  const state: Bench = { now: 1_000_000, opens: 0, fails: false, links: [], pool }
  onTestFinished(() => pool.closeAll())
  return state
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('one key, one link, opened once for all who wait; another key, another link', async () => {
  const state = bench()
  const [a, b, c] = await Promise.all([
    state.pool.borrow('k', NOWHERE),
    state.pool.borrow('k', NOWHERE),
    state.pool.borrow('other', NOWHERE),
  ])
  expect(a.link).toBe(b.link)
  expect(a.link).not.toBe(c.link)
  expect(state.opens).toBe(2)
})

test('a link in use stays, an idle one is closed after its time', async () => {
  const state = bench(10, 200)
  const held = await state.pool.borrow('held', NOWHERE)
  const idle = await state.pool.borrow('idle', NOWHERE)
  idle.release()
  idle.release()
  state.now += 200
  await idle.link.closed
  expect((await state.pool.borrow('held', NOWHERE)).link).toBe(held.link)
  const again = await state.pool.borrow('idle', NOWHERE)
  expect(again.link).not.toBe(idle.link)
})

test('a link that ended is replaced at once, one that keeps ending after growing pauses', async () => {
  const state = bench()
  const pauses: number[] = []
  for (let i = 0; i < 4; i++) {
    const { release } = await state.pool.borrow('k', NOWHERE)
    release()
    state.links.at(-1)?.end()
    await settled()
    const start = state.now
    while (true) {
      const lease = await state.pool.borrow('k', NOWHERE).catch((error: unknown) => error)
      if (!(lease instanceof GatewayError)) break
      expect(lease).toMatchObject({
        code: 'upstream_unreachable',
        message: 'server `pooled` cannot be reached',
      })
      state.now += 500
    }
    pauses.push(state.now - start)
  }
  expect(pauses).toEqual([0, 1_000, 2_000, 4_000])
  expect(state.opens).toBe(5)
})

test('a link that lived long and ended is no failure', async () => {
  const state = bench()
  for (let i = 0; i < 5; i++) {
    await state.pool.borrow('k', NOWHERE)
    state.now += 30_000
    state.links.at(-1)?.end()
    await settled()
  }
  expect(state.opens).toBe(5)
})

test('a server that cannot be opened is left alone meanwhile, and says why once', async () => {
  const state = bench()
  state.fails = true
  await expect(state.pool.borrow('k', NOWHERE)).rejects.toMatchObject({
    code: 'upstream_unauthorized',
  })
  state.fails = false
  await expect(state.pool.borrow('k', NOWHERE)).rejects.toMatchObject({
    code: 'upstream_unreachable',
    detail: '1 failures in a row; next attempt in 1000 ms',
  })
  expect(state.opens).toBe(1)
  state.now += 1_000
  await state.pool.borrow('k', NOWHERE)
  expect(state.opens).toBe(2)
})

test('a full pool makes room from what is idle longest, else refuses', async () => {
  const state = bench(2)
  const first = await state.pool.borrow('first', NOWHERE)
  const second = await state.pool.borrow('second', NOWHERE)
  await expect(state.pool.borrow('third', NOWHERE)).rejects.toMatchObject({
    code: 'too_many_requests',
    message: 'too many servers are in use',
  })
  second.release()
  state.now += 1
  first.release()
  await state.pool.borrow('third', NOWHERE)
  await second.link.closed
  expect((await state.pool.borrow('first', NOWHERE)).link).toBe(first.link)
})

test('processes have a bound of their own: an idle one makes room, links elsewhere do not count', async () => {
  const state = bench(10, 1_000, 2)
  const child = optionsFor({ kind: 'stdio', command: 'x', args: [], env: {}, cwd: undefined })
  const first = await state.pool.borrow('first', child)
  const second = state.pool.borrow('second', child)
  const third = state.pool.borrow('third', child)
  await expect(third).rejects.toMatchObject({ code: 'too_many_requests' })
  const far = await state.pool.borrow('far', NOWHERE)
  far.release()
  await expect(state.pool.borrow('third', child)).rejects.toMatchObject({
    message: 'too many servers are in use',
  })
  first.release()
  await state.pool.borrow('third', child)
  await first.link.closed
  // One that ended takes no place, and gets one only while there is one.
  const ended = await second
  ;(ended.link as ReturnType<typeof emptyLink>).end()
  await settled()
  await state.pool.borrow('fourth', child)
  await expect(state.pool.borrow('second', child)).rejects.toMatchObject({
    code: 'too_many_requests',
  })
  expect((await state.pool.borrow('far', NOWHERE)).link).toBe(far.link)
})

test('closing spares what was not meant, and closing all is for good', async () => {
  const state = bench()
  const gone = await state.pool.borrow('server-a/ada', NOWHERE)
  const kept = await state.pool.borrow('server-b/ada', NOWHERE)
  await state.pool.closeWhere((key) => key.startsWith('server-a/'))
  await gone.link.closed
  expect((await state.pool.borrow('server-b/ada', NOWHERE)).link).toBe(kept.link)
  const opening = state.pool.borrow('late', NOWHERE)
  await state.pool.closeAll()
  await (await opening).link.closed
  await kept.link.closed
  await expect(state.pool.borrow('x', NOWHERE)).rejects.toMatchObject({ code: 'shutting_down' })
})

test('real children are shared, replaced after a crash, and gone in the end', async () => {
  const opener = createLinkOpener({ baseEnv: {} })
  const pool = createLinkPool({
    openLink: opener.openLink,
    maxLinks: 4,
    idleMs: 60_000,
    backOff: BACK_OFF,
    clock: Date.now,
    random: Math.random,
  })
  const args = [SCRIPT]
  const options = optionsFor({
    kind: 'stdio',
    command: process.execPath,
    args,
    env: {},
    cwd: undefined,
  })
  const pids = new Set<number>()
  const use = async (tool: string) => {
    const { link, release } = await pool.borrow('k', options)
    try {
      const answer = await callTool(link, tool)
      if (answer.kind === 'result') pids.add(Number(answer.result['pid']))
    } finally {
      release()
    }
  }
  await Promise.all([use('pid'), use('pid')])
  expect(pids.size).toBe(1)
  await expect(use('crash')).rejects.toMatchObject({ code: 'upstream_failed' })
  await until(() => [...pids].every((pid) => !alive(pid)))
  await settled()
  await use('pid')
  expect(pids.size).toBe(2)
  await pool.closeAll()
  expect([...pids].some(alive)).toBe(false)
})

test('pauses double up to the longest, and are spread by chance', () => {
  const pauses = [0, 1, 2, 3, 20, 1e6].map((failures) => pauseAfter(failures, BACK_OFF, 1))
  expect(pauses).toEqual([0, 1_000, 2_000, 4_000, 60_000, 60_000])
  expect(pauseAfter(3, BACK_OFF, 0)).toBe(2_000)
})
