import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RequestAuthorizer } from '../kernel/credential.ts'
import { isObject, type JsonObject } from '../kernel/json.ts'
import { holderOf, OPERATOR_AUTHORIZATION, type Subject } from '../kernel/subject.ts'
import type { Conversation, Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import type { Revision } from '../mcp/revision.ts'
import type { LinkOptions, Outbound } from '../mcp/upstream/link.ts'
import { linkHolders } from './link-holders.ts'
import { fakeConversation, OWNER } from './testing/fakes.ts'
import {
  ask,
  type FakeServer,
  policyOf,
  toolServer,
  upstreamServer,
  world,
} from './testing/world.ts'

const LEGACY = '2025-11-25'
const MODERN = '2026-07-28'

const ANN = { ...OWNER, id: 'ann' } as Subject
const BEN = { ...OWNER, id: 'ben' } as Subject
const SUBJECTS: readonly Subject[] = [
  ANN,
  BEN,
  { ...ANN, actors: ['robot'] } as unknown as Subject,
  { ...ANN, kind: 'agent' },
]
const idOf = ({ kind, id, actors }: Subject): string => [kind, id, ...actors].join(' ')
const named = new WeakMap<RequestAuthorizer, string>()

/** Shows whose it is. */
function authorizerOf(subject: Subject): RequestAuthorizer {
  const authorizer = { headers: () => [], refused: async () => false }
  named.set(authorizer, idOf(subject))
  return authorizer
}

function server(revision: Revision, transport: 'http' | 'stdio'): FakeServer {
  return {
    ...toolServer(revision, ['read_a']),
    ...(transport === 'http' ? { transport } : {}),
    shown: {
      authorizer: authorizerOf,
      environment: async (subject) => ({ WHO: idOf(subject) }),
    },
  }
}

function by(subject: Subject, client: string): Partial<Conversation> {
  return { subject, holder: holderOf(subject, { ...OPERATOR_AUTHORIZATION, client }) }
}

describe('what a server is shown', () => {
  const requests = fc.array(
    fc.record({
      subject: fc.constantFrom(...SUBJECTS),
      client: fc.constantFrom('one', 'two'),
      revision: fc.constantFrom<Revision>(LEGACY, MODERN),
      endpoint: fc.constantFrom('http', 'stdio', 'all'),
      face: fc.constantFrom({}, { roots: {} }),
      method: fc.constantFrom('tools/list', 'tools/call'),
      session: fc.boolean(),
    }),
    { minLength: 2, maxLength: 12 },
  )

  test.each([LEGACY, MODERN] as const)('is of whom a request is for: %s', async (revision) => {
    let compared = 0
    const property = fc.asyncProperty(requests, async (all) => {
      const servers = { http: server(revision, 'http'), stdio: server(revision, 'stdio') }
      const made = world({ servers })
      const sessions = new Map<string, Conversation>()
      await Promise.all(all.map((one) => made.gateway.handle(exchangeOf(one, sessions))))
      for (const { link, options } of made.opened) {
        const given = await shownBy(options)
        const whose = link.seen.map(whoIn).filter((who) => who !== undefined)
        expect(whose.filter((who) => who !== given)).toEqual([])
        compared += whose.length
      }
    })
    await fc.assert(property, { numRuns: 40 })
    expect(compared).toBeGreaterThan(50)
  })

  test('is asked for when a link opens, over the transport that takes it', async () => {
    const made = world({
      servers: { http: server(MODERN, 'http'), stdio: server(MODERN, 'stdio') },
    })
    await made.gateway.handle(ask(MODERN, 'all', 'tools/list', {}, { who: by(ANN, 'c') }))
    const [http, stdio] = ['http', 'stdio'].map((name) =>
      made.opened.find(({ options }) => options.server === name),
    )
    expect(http?.options.environment).toBeUndefined()
    expect(stdio?.options.authorizer).toBeUndefined()
    expect(await stdio?.options.environment?.()).toEqual({ WHO: 'user ann' })
  })
})

interface Asked {
  readonly subject: Subject
  readonly client: string
  readonly revision: Revision
  readonly endpoint: string
  readonly face: JsonObject
  readonly method: string
  readonly session: boolean
}

/** A request that says for whom it is, sometimes in a session that there is already. */
function exchangeOf(one: Asked, sessions: Map<string, Conversation>): Exchange {
  const { subject, client, revision, endpoint, face, method, session } = one
  const name = endpoint === 'all' ? 'http__read_a' : 'read_a'
  const _meta = { progressToken: idOf(subject) }
  const params = method === 'tools/call' ? { name, arguments: {}, _meta } : { _meta }
  const asked = ask(revision, endpoint, method, params, {
    who: { ...by(subject, client), capabilities: face },
  })
  const key = JSON.stringify([subject, client, revision, endpoint])
  const conversation = (session ? sessions.get(key) : undefined) ?? asked.conversation
  sessions.set(key, conversation)
  return { ...asked, conversation }
}

/** What a link shows its server. */
async function shownBy({ authorizer, environment }: LinkOptions): Promise<string | undefined> {
  return authorizer ? named.get(authorizer) : (await environment?.())?.['WHO']
}

function whoIn({ request }: Outbound): unknown {
  const meta = request.params?.['_meta']
  return isObject(meta) ? meta['progressToken'] : undefined
}

const errorOf = (response: Response) => (response.kind === 'error' ? response.error.data : response)

describe('a request of another than the session is of', () => {
  test.each([BEN, { ...ANN, actors: ['robot'] } as unknown as Subject])(
    'is refused, and reaches nobody',
    async (subject) => {
      const made = world({ servers: { http: server(LEGACY, 'http') } })
      const sender = { subject, authorization: OPERATOR_AUTHORIZATION }
      const asked = ask(LEGACY, 'http', 'tools/list', {}, { who: by(ANN, 'c'), sender })
      expect(errorOf(await made.gateway.handle(asked))).toMatchObject({ code: 'session_unknown' })
      expect(made.opened).toEqual([])
    },
  )
})

test('a key that one principal has is no way to a server for another', () => {
  const holders = linkHolders()
  const to = upstreamServer('files', server(LEGACY, 'stdio'))
  const leave = holders.claim('k', to, fakeConversation({ subject: ANN }))
  const other = (): unknown => holders.claim('k', to, fakeConversation({ subject: BEN }))
  expect(other).toThrow('internal')
  expect(() => holders.claim('k', { ...to, name: 'mail' }, { subject: ANN })).toThrow('internal')
  holders.claim('k', to, fakeConversation({ subject: ANN }))()
  expect(other).toThrow('internal')
  leave()
  leave()
  expect(other).not.toThrow()
})

test('policies and records are told with what a call would be made', async () => {
  const fact = { kind: 'static', shared: true } as const
  const files: FakeServer = {
    ...toolServer(MODERN, ['read_a']),
    shown: { credential: ({ id }) => (String(id) === 'ann' ? fact : { ...fact, shared: false }) },
  }
  const listed: unknown[] = []
  const policy = policyOf(
    () => true,
    ({ credential }) => listed.push(credential) > 0,
  )
  const made = world({ servers: { files, plain: toolServer(MODERN, ['read_a']) }, policy })
  for (const [subject, endpoint] of [
    [ANN, 'files'],
    [BEN, 'files'],
    [ANN, 'plain'],
  ] as const)
    for (const method of ['tools/list', 'tools/call']) {
      const params = method === 'tools/call' ? { name: 'read_a', arguments: {} } : {}
      await made.gateway.handle(ask(MODERN, endpoint, method, params, { who: by(subject, 'c') }))
    }
  const facts = [fact, { ...fact, shared: false }, undefined]
  expect(made.requests.map(({ credential }) => credential)).toEqual(facts)
  const inputs = made.records.flatMap((one) =>
    one.kind === 'intent' ? [one.input?.credential] : [],
  )
  expect(inputs).toEqual(facts)
  expect(listed).toEqual(facts)
})

describe('a credential that changed', () => {
  async function opened() {
    const plain = toolServer(MODERN, ['read_a'])
    const other = server(MODERN, 'stdio')
    const made = world({
      servers: { http: server(MODERN, 'http'), stdio: server(MODERN, 'stdio'), plain, other },
      eras: { http: 'modern', stdio: 'modern', plain: 'modern', other: 'modern' },
    })
    for (const subject of [ANN, BEN])
      await made.gateway.handle(ask(MODERN, 'all', 'tools/list', {}, { who: by(subject, 'c') }))
    const ended: string[] = []
    for (const { link, options, key } of made.opened)
      void link.closed.then(() => ended.push(`${options.server} ${ownerOfKey(key)}`))
    return { made, ended }
  }
  const ownerOfKey = (key: string): string => (key.includes('ann') ? 'ann' : 'ben')

  test.each([
    ['of one user', 'user:ann', ['stdio ann']],
    ['of all', 'shared', ['stdio ann', 'stdio ben']],
    ['of whom nobody says', undefined, ['stdio ann', 'stdio ben']],
    ['of somebody else', 'user:zoe', []],
  ] as const)('%s ends the processes that have it, and no other link', async (_, owner, gone) => {
    const { made, ended } = await opened()
    made.gateway.changed('stdio', owner)
    made.gateway.changed('http', owner)
    made.gateway.changed('plain', owner)
    await new Promise(setImmediate)
    expect(ended.toSorted()).toEqual(gone)
    await made.gateway.handle(ask(MODERN, 'stdio', 'tools/list', {}, { who: by(ANN, 'c') }))
    const own = made.opened.filter(
      ({ options, key }) => options.server === 'stdio' && key.includes('ann'),
    )
    expect(own).toHaveLength(gone.length > 0 ? 2 : 1)
  })
})
