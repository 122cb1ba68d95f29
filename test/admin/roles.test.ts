import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ROLE_PERMISSIONS } from '../../src/kernel/role.ts'
import { type RecordingUpstream, startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { bearer, call } from '../identity/attacks/mcp.ts'
import { type RunningGateway, startGateway, tokensOf } from '../support/gateway.ts'
import { setUpOwner } from '../support/owner.ts'
import { type Callers, makeCallers, type PersonId } from './callers.ts'
import { stateOf } from './state.ts'

const MARKED = 'marked-argument-of-a-recorded-call'
vi.setConfig({ testTimeout: 120_000 })

interface Described {
  readonly method: string
  readonly path: string
  readonly id: string
  readonly permission: string
  readonly level: 'read' | 'write'
}

/** Who comes, what their roles allow, and how much of it their token does. */
interface Caller {
  readonly name: string
  readonly permissions: readonly string[]
  readonly level: 'none' | 'read' | 'write'
  readonly headers: (callers: Callers) => Promise<Readonly<Record<string, string>>>
}

const ROLE_OF = {
  olga: 'owner',
  omar: 'operator',
  ann: 'approver',
  aud: 'auditor',
  mia: 'member',
} as const satisfies Record<PersonId, string>
const PEOPLE = Object.keys(ROLE_OF) as PersonId[]

const CALLERS: readonly Caller[] = [
  { name: 'nobody', permissions: [], level: 'none', headers: async () => ({}) },
  {
    ...{ name: 'somebody else’s page', permissions: [], level: 'none' },
    headers: async (callers) => ({
      ...(await callers.session('olga')),
      'sec-fetch-site': 'cross-site',
    }),
  },
  ...PEOPLE.flatMap((id): Caller[] => {
    const permissions = ROLE_PERMISSIONS[ROLE_OF[id]]
    return [
      {
        ...{ name: `${ROLE_OF[id]} by session`, permissions, level: 'write' },
        headers: (callers) => callers.session(id),
      },
      {
        ...{ name: `${ROLE_OF[id]} by token`, permissions, level: 'write' },
        headers: (callers) => callers.token(id),
      },
    ]
  }),
  {
    ...{ name: 'owner by a token that looks', level: 'read' },
    permissions: ROLE_PERMISSIONS.owner,
    headers: (callers) => callers.token('olga', 'read'),
  },
  {
    ...{ name: 'agent', permissions: [], level: 'write' },
    headers: (callers) => callers.agent('robot'),
  },
  {
    ...{ name: 'agent among owners and operators', level: 'write' },
    permissions: ROLE_PERMISSIONS.operator,
    headers: (callers) => callers.agent('machine'),
  },
  {
    ...{ name: 'agent that acts for an owner', permissions: [], level: 'write' },
    headers: (callers) => callers.actingFor('olga'),
  },
]

/** Codes by which who asks is refused, whatever they ask. */
const REFUSALS = new Set([
  ...['role_insufficient', 'scope_insufficient', 'token_missing', 'token_invalid'],
  ...['login_required', 'origin_refused'],
])

let gateway: RunningGateway
let upstream: RecordingUpstream
let callers: Callers
let operations: readonly Described[]
/** The id of a call whose arguments are marked. */
let recorded: string

beforeAll(async () => {
  upstream = await startRecordingUpstream()
  gateway = await startGateway({ target: { transport: 'http', url: upstream.url } })
  await setUpOwner(gateway)
  callers = await makeCallers(gateway)
  const { issuer } = gateway
  // A token of the same second in which the owner was set up is void with what came before.
  const called = async (): Promise<number> => {
    const token = await tokensOf(gateway.dataDir, issuer)('/mcp/target', { subject: 'user:mia' })
    return (await call({ issuer }, bearer(token), 'echo', { arguments: { message: MARKED } }))
      .status
  }
  await vi.waitFor(async () => expect(await called()).toBe(200), { timeout: 10_000, interval: 500 })
  const owner = await callers.session('olga')
  operations = described(JSON.parse((await ask('GET', '/openapi.json', owner)).text))
  const calls = JSON.parse((await ask('GET', '/calls', owner)).text)
  recorded = calls.items[0].call ?? calls.items[0].id
}, 180_000)
afterAll(async () => {
  await gateway.stop()
  await upstream.stop()
})

// biome-ignore lint/suspicious/noExplicitAny: the document is held to its schema elsewhere
function described({ paths }: any): readonly Described[] {
  return Object.entries<Record<string, Record<string, string>>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({
      ...{ method: method.toUpperCase(), path, id: String(one['operationId']) },
      ...{ permission: String(one['x-permission']), level: one['x-level'] as 'read' | 'write' },
    })),
  )
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly code: string
  readonly text: string
}

async function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const changes = method === 'POST' || method === 'PUT' || method === 'PATCH'
  const response = await fetch(`${gateway.issuer}/admin/api/v1${path}`, {
    method,
    headers: { ...headers, ...(changes ? { 'content-type': 'application/json' } : {}) },
    ...(changes ? { body: '{}' } : {}),
  })
  const type = response.headers.get('content-type') ?? ''
  const { status } = response
  if (type.startsWith('text/event-stream')) {
    await response.body?.cancel()
    return { status, type, code: '', text: '' }
  }
  const text = await response.text()
  const problem = type === 'application/problem+json'
  return { status, type, text, code: problem ? String(JSON.parse(text).code) : '' }
}

/** The path with what there is, or with what there is not. */
function pathOf({ path, id }: Described): string {
  const there = id.startsWith('calls.') ? encodeURIComponent(recorded) : 'none-such'
  return path.replaceAll(/\{\w+\}/g, there)
}

function mayAsk({ permissions, level }: Caller, { permission, level: needed }: Described): boolean {
  if (level === 'none' || !permissions.includes(permission)) return false
  return level === 'write' || needed === 'read'
}

describe('by the description that the gateway serves', () => {
  test('there is something for each role, and something that it may not', () => {
    expect(operations.length).toBeGreaterThan(60)
    for (const caller of CALLERS.filter(({ permissions }) => permissions.length > 0)) {
      const allowed = operations.filter((operation) => mayAsk(caller, operation))
      expect(allowed.length, caller.name).toBeGreaterThan(5)
      if (caller.permissions.length < ROLE_PERMISSIONS.owner.length)
        expect(allowed.length, caller.name).toBeLessThan(operations.length)
    }
  })

  test.each(CALLERS)('$name is refused what the role forbids, without a trace', async (caller) => {
    const headers = await caller.headers(callers)
    const before = stateOf(gateway)
    for (const operation of operations.filter((one) => !mayAsk(caller, one))) {
      const { status, code, text, type } = await ask(operation.method, pathOf(operation), headers)
      const said = `${operation.id}: ${status} ${code}`
      expect([401, 403], said).toContain(status)
      expect(REFUSALS.has(code), said).toBe(true)
      expect(type, said).toBe('application/problem+json')
      expect(text, said).not.toContain(MARKED)
    }
    expect(stateOf(gateway)).toEqual(before)
  })

  test.each(CALLERS)(
    '$name gets what the role allows, and no bodies without the right',
    async (caller) => {
      const headers = await caller.headers(callers)
      // What changes is asked without what it needs, or of what there is not: it is let in, and not done.
      for (const operation of operations.filter((one) => mayAsk(caller, one) && isHarmless(one))) {
        const { status, code, text } = await ask(operation.method, pathOf(operation), headers)
        const said = `${operation.id}: ${status} ${code}`
        expect(REFUSALS.has(code), said).toBe(false)
        expect([200, 201, 400, 403, 404, 409, 412, 502, 503], said).toContain(status)
        if (!caller.permissions.includes('bodies')) expect(text, said).not.toContain(MARKED)
      }
    },
  )

  test.each(CALLERS)('$name reads what a call carried only with the right', async (caller) => {
    const path = `/calls/${encodeURIComponent(recorded)}?bodies=true`
    const { status, text } = await ask('GET', path, await caller.headers(callers))
    const may = caller.permissions.includes('bodies')
    expect([status === 200, text.includes(MARKED)]).toEqual([may, may])
  })
})

/** Keys and the like, of which there is one, would change for the tests that follow. */
function isHarmless({ method, path }: Described): boolean {
  return method === 'GET' || path.includes('{')
}
