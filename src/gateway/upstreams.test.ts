import { describe, expect, test } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import type { Conversation } from '../mcp/exchange.ts'
import type { Notification, Response } from '../mcp/message.ts'
import type { Era } from '../mcp/revision.ts'
import { news } from './news.ts'
import { fakeConversation, OWNER } from './testing/fakes.ts'
import { type FakeServer, fakeLinks, tell, toolServer, upstreamServer } from './testing/world.ts'
import { upstreams } from './upstreams.ts'

const MODERN = '2026-07-28'
const LEGACY = '2025-11-25'

function made(files: FakeServer, before?: Era) {
  const { source, opened, live } = fakeLinks({ files })
  const logged: string[] = []
  const eras = new Map<string, Era>(before ? [['files', before]] : [])
  const heard: Notification[] = []
  const links = upstreams({
    servers: [upstreamServer('files', files)],
    links: source,
    eras: { recall: (server) => eras.get(server), settle: (server, era) => eras.set(server, era) },
    onNotification: (_, notification) => heard.push(notification),
    onSession: () => undefined,
    news: news(),
    log: (message) => logged.push(message),
  })
  const keyFor = async (who: Partial<Conversation> = {}): Promise<string> => {
    const conversation = fakeConversation({ revision: MODERN, ...who })
    return links.use(conversation, 'files', async (link) => keyOf(link))
  }
  const keyOf = (link: unknown): string => opened.find((each) => each.link === link)?.key ?? ''
  return { links, opened, live, logged, eras, heard, keyFor }
}

const subject = (id: string, actors: readonly string[] = []) =>
  ({ ...OWNER, id, actors }) as typeof OWNER
const closing = () => {
  const controller = new AbortController()
  return { ended: controller.signal, end: () => controller.abort() }
}

describe('modern requests', () => {
  test('of one principal share a link; nobody else gets it', async () => {
    const { keyFor, opened } = made(toolServer(MODERN, []), 'modern')
    const own = await keyFor()
    expect(await keyFor({ client: { name: 'other', version: '2' } })).toBe(own)
    expect(await keyFor({ capabilities: { roots: {} } })).toBe(own)
    const keys = [
      own,
      await keyFor({ subject: subject('other') }),
      await keyFor({ subject: subject('owner', ['agent']) }),
      await keyFor({ subject: { ...OWNER, kind: 'agent' } }),
      await keyFor({ subject: subject('owner","agent') }),
    ]
    expect(new Set(keys).size).toBe(5)
    expect(opened).toHaveLength(5)
  })

  test('share a legacy server only with the like: it learns once who its client is', async () => {
    const { keyFor } = made(toolServer(LEGACY, []), 'legacy')
    const own = await keyFor()
    expect(await keyFor()).toBe(own)
    const keys = [
      own,
      await keyFor({ capabilities: { roots: {} } }),
      await keyFor({ client: { name: 'other', version: '1' } }),
      await keyFor({ subject: subject('other') }),
    ]
    expect(new Set(keys).size).toBe(4)
  })

  test('give the link back after use, and a kept one when it is over', async () => {
    const { links, opened } = made(toolServer(MODERN, []), 'modern')
    const conversation = fakeConversation({ revision: MODERN })
    await links.use(conversation, 'files', async () => 'done')
    expect(opened[0]?.released).toBe(1)
    const parked = Promise.withResolvers<void>()
    await links.use(conversation, 'files', async (_, keep) => keep(parked.promise))
    expect(opened[0]?.released).toBe(1)
    parked.resolve()
    await new Promise(setImmediate)
    expect(opened[0]?.released).toBe(2)
    const failing = links.use(conversation, 'files', () => Promise.reject(new Error('x')))
    await expect(failing).rejects.toThrow('x')
    expect(opened[0]?.released).toBe(3)
  })

  test('cannot make a legacy server start without end by saying ever other things', async () => {
    const { keyFor, opened, live } = made(toolServer(LEGACY, []), 'legacy')
    for (let index = 0; index < 50; index += 1) await keyFor({ capabilities: { [index]: {} } })
    expect(opened).toHaveLength(50)
    expect(live.size).toBe(16)
    // Whoever is in use is not closed for another, and others have room of their own.
    const { links } = made(toolServer(LEGACY, []), 'legacy')
    const held = Promise.withResolvers<void>()
    const use = (index: number, id = 'owner') =>
      links.use(
        fakeConversation({ revision: MODERN, capabilities: { [index]: {} }, subject: subject(id) }),
        'files',
        () => held.promise,
      )
    const inUse = Array.from({ length: 16 }, (_, index) => use(index))
    await expect(use(16)).rejects.toMatchObject({ code: 'too_many_requests' })
    const another = use(16, 'other')
    held.resolve()
    await Promise.all([...inUse, another])
    await use(16)
  })
})

describe('the era of a server', () => {
  test('is found out once, and remembered', async () => {
    for (const [revision, era] of [
      [MODERN, 'modern'],
      [LEGACY, 'legacy'],
    ] as const) {
      const { keyFor, eras, opened, logged } = made(toolServer(revision, []))
      await keyFor()
      await keyFor()
      await keyFor()
      expect(eras.get('files')).toBe(era)
      expect(opened.map(({ options }) => options.revision)).toEqual([
        'auto',
        era === 'legacy' ? 'legacy' : 'auto',
      ])
      expect(logged).toEqual([])
    }
  })

  test('a fall back to the legacy era is an alert, and its link is not shared by all', async () => {
    const { keyFor, eras, logged, opened, live } = made(toolServer(LEGACY, []), 'modern')
    const keys = await Promise.all([keyFor(), keyFor({ capabilities: { roots: {} } })])
    expect(new Set(keys).size).toBe(2)
    expect(eras.get('files')).toBe('legacy')
    expect(logged).toEqual([
      'server `files` fell back to the legacy era, but spoke 2026-07-28 before',
    ])
    expect(live.has(opened[0]?.key ?? '')).toBe(false)
  })

  test('a session that a modern server does not take is carried by the modern era', async () => {
    const { links, opened } = made(toolServer(MODERN, []))
    const era = await links.use(fakeConversation(), 'files', async (link) => link.era)
    expect(era).toBe('modern')
    expect(opened.map(({ options }) => options.revision)).toEqual([MODERN])
  })

  test('when both ways fail, the first failure is told', async () => {
    const down = () => new GatewayError('upstream_unreachable', 'first')
    const { links } = made({ ...toolServer(MODERN, []), down })
    const use = links.use(fakeConversation(), 'files', async () => 1)
    await expect(use).rejects.toThrow('first')
  })
})

describe('a legacy session', () => {
  test('has a link of its own, which ends with it', async () => {
    const { links, opened, live } = made(toolServer(LEGACY, []))
    const first = { ...closing() }
    const one = fakeConversation({ id: 'one', ended: first.ended })
    const two = fakeConversation({ id: 'one2' })
    for (const conversation of [one, two, one])
      await links.use(conversation, 'files', async () => 1)
    expect(opened).toHaveLength(2)
    first.end()
    expect([...live.keys()]).toEqual([opened[1]?.key])
    const late = links.use(one, 'files', async () => 1)
    await expect(late).rejects.toMatchObject({ code: 'cancelled' })
    expect(opened).toHaveLength(2)
  })

  test('that ends while its link opens leaves none open', async () => {
    const gate = Promise.withResolvers<void>()
    const { source, live } = fakeLinks({ files: toolServer(LEGACY, []) })
    const slow: typeof source = {
      ...source,
      async borrow(key, options) {
        await gate.promise
        return source.borrow(key, options)
      },
    }
    const links = upstreams({
      servers: [upstreamServer('files', toolServer(LEGACY, []))],
      links: slow,
      eras: { recall: () => undefined, settle: () => undefined },
      onNotification: () => undefined,
      news: news(),
      onSession: () => undefined,
      log: () => undefined,
    })
    const session = closing()
    const use = links.use(fakeConversation({ ended: session.ended }), 'files', async () => 1)
    session.end()
    gate.resolve()
    await expect(use).rejects.toMatchObject({ code: 'cancelled' })
    expect(live.size).toBe(0)
  })

  test('hears its own server once, also when the link was replaced', async () => {
    const { links, opened } = made(toolServer(LEGACY, []))
    const one = fakeConversation({ id: 'one' })
    const two = fakeConversation({ id: 'two' })
    for (const conversation of [one, two]) await links.use(conversation, 'files', async () => 1)
    opened[0]?.drop()
    await new Promise(setImmediate)
    await links.use(one, 'files', async () => 1)
    expect(opened).toHaveLength(3)
    for (const each of opened.slice(1)) tell(each, 'notifications/tools/list_changed')
    expect(one.sent).toHaveLength(1)
    expect(two.sent).toHaveLength(1)
  })

  test('is not told what only a gateway says, nor what has no meaning for it', async () => {
    const { links, opened, heard } = made(toolServer(LEGACY, []))
    const one = fakeConversation()
    await links.use(one, 'files', async () => 1)
    const [link] = opened
    if (!link) throw new Error('no link')
    for (const method of ['notifications/cancelled', 'notifications/initialized', 'vendor/x'])
      tell(link, method, { requestId: 1 })
    expect(one.sent).toEqual([])
    expect(heard).toEqual([])
  })
})

describe('what a server asks outside of requests', () => {
  const question = { kind: 'request', id: 7, method: 'roots/list', params: undefined } as const

  test('is answered by the client of the session, and by no other', async () => {
    const { links, opened } = made(toolServer(LEGACY, []))
    const asked: string[] = []
    const answering = (id: string) =>
      fakeConversation({
        id,
        capabilities: { roots: {} },
        ask: async (): Promise<Response> => {
          asked.push(id)
          return { kind: 'result', id: 1, result: { roots: [] } }
        },
      })
    for (const id of ['one', 'two']) await links.use(answering(id), 'files', async () => 1)
    const answer = await opened[1]?.options.listener.onRequest(question)
    expect(answer).toEqual({ kind: 'result', id: 7, result: { roots: [] } })
    expect(asked).toEqual(['two'])
    const sampling = { ...question, method: 'sampling/createMessage' }
    expect(await opened[1]?.options.listener.onRequest(sampling)).toMatchObject({ kind: 'error' })
    expect(asked).toEqual(['two'])
  })

  test('is asked of nobody on a link that many share', async () => {
    const { keyFor, opened } = made(toolServer(LEGACY, []), 'legacy')
    let asked = 0
    await keyFor({
      capabilities: { roots: {} },
      ask: async () => {
        asked += 1
        return { kind: 'result', id: 1, result: {} }
      },
    })
    const answer = await opened[0]?.options.listener.onRequest(question)
    expect(answer).toMatchObject({ kind: 'error', error: { code: -32601 } })
    expect(asked).toBe(0)
  })

  test('can be taken back, without a word of its id to the client', async () => {
    const { links, opened } = made(toolServer(LEGACY, []))
    const signals: AbortSignal[] = []
    const conversation = fakeConversation({
      capabilities: { roots: {} },
      ask: (_, __, signal) => {
        signals.push(signal)
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new GatewayError('cancelled', 'over')))
        })
      },
    })
    await links.use(conversation, 'files', async () => 1)
    const [link] = opened
    if (!link) throw new Error('no link')
    const answers = [7, 8].map((id) => link.options.listener.onRequest({ ...question, id }))
    tell(link, 'notifications/cancelled', { requestId: 8 })
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true])
    expect(await answers[1]).toMatchObject({ kind: 'error', id: 8 })
    expect(conversation.sent).toEqual([])
  })
})
