import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ask, toolServer, world } from '../../src/gateway/testing/world.ts'
import { isObject, type JsonObject } from '../../src/kernel/json.ts'
import { ACCESS_LEVELS } from '../../src/kernel/scope.ts'
import {
  type Authorization,
  CLIENT_TRUSTS,
  type EstablishedBy,
  holderOf,
  type Subject,
  type SubjectId,
} from '../../src/kernel/subject.ts'
import type { Response } from '../../src/mcp/message.ts'
import { decisionPoint, loadPolicies } from '../../src/policy/policy.ts'

const TOOLS = ['read_a', 'write_b', 'run_c', 'send_d']
const SERVERS = ['one', 'two']
const USERS = ['ann', 'bob']
const AGENTS = ['build', 'ann']
const GROUPS = ['crew', 'owners', 'ann']
const ERAS = ['2026-07-28', '2025-11-25'] as const

interface Sender {
  readonly subject: Subject
  readonly authorization: Authorization
}

const id = (name: string): SubjectId => name as SubjectId
const person = (via: EstablishedBy, chain: fc.Arbitrary<readonly string[]>) =>
  fc.record({
    kind: fc.constant('user' as const),
    id: fc.constantFrom(...USERS).map(id),
    via: fc.constant(via),
    groups: fc.subarray(GROUPS),
    actors: chain.map((all) => all.map(id)),
  })
const nobody = fc.constant([])
const chains = fc.shuffledSubarray(AGENTS, { minLength: 1 })
/** People, agents for themselves, agents for people, and agents for agents. */
const subjects: fc.Arbitrary<Subject> = fc.oneof(
  person('login', nobody),
  person('token-exchange', chains),
  person('identity-assertion', nobody),
  fc.record({
    kind: fc.constant('agent' as const),
    id: fc.constantFrom(...AGENTS).map(id),
    via: fc.constantFrom('client-credentials' as const, 'token-exchange' as const),
    groups: fc.subarray(GROUPS),
    actors: fc.oneof(nobody, chains).map((all) => all.map(id)),
  }),
)
const scopes = fc.oneof(
  fc.constantFrom(...ACCESS_LEVELS).map((level) => [level]),
  fc.subarray(['read', 'one:write_b', 'two:send_d', 'one:run_c']),
)
const senders: fc.Arbitrary<Sender> = fc.record({
  subject: subjects,
  authorization: fc.record({
    client: fc.constantFrom('editor', 'build'),
    clientTrust: fc.constantFrom(...CLIENT_TRUSTS),
    grant: fc.constant('g'),
    scopes,
    bound: fc.boolean(),
    issuer: fc.constant('https://gateway.example'),
    expires: fc.constant(Number.MAX_SAFE_INTEGER),
    methods: fc.constant(['pwd']),
  }),
})

const principals = fc.constantFrom(
  'principal',
  'principal is User',
  'principal is Agent',
  ...USERS.map((name) => `principal == User::"${name}"`),
  ...AGENTS.map((name) => `principal == Agent::"${name}"`),
  ...GROUPS.map((name) => `principal in Group::"${name}"`),
  'principal is Agent in Group::"crew"',
)
const resources = fc.constantFrom(
  'resource',
  ...SERVERS.map((name) => `resource in Server::"${name}"`),
  'resource == Tool::"one:write_b"',
)
const conditions = fc.constantFrom(
  'resource.effects == ["read"]',
  'principal in Group::"owners"',
  'context.subject.acting',
  'context.subject.actor == "build"',
  'context.subject.actors.contains("ann")',
  'context.subject.groups.contains("crew")',
  'context.subject.via == "client-credentials"',
  'context.authorization.bound',
  'context.authorization.trust == "dynamic"',
  'context.authorization.client == "build"',
  'context.authorization.scopes.contains("read")',
  'context.approval.granted',
)
const policies = fc
  .array(
    fc.record({
      effect: fc.constantFrom('permit', 'permit', 'forbid'),
      principal: principals,
      resource: resources,
      clauses: fc.array(fc.tuple(fc.constantFrom('when', 'unless'), conditions), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((all) =>
    all
      .map(({ effect, principal, resource, clauses }, index) => {
        const parts = clauses.map(([word, text]) => `${word} { ${text} }`).join(' ')
        return `@id("p${index}") ${effect} (${principal}, action, ${resource}) ${parts};`
      })
      .join('\n'),
  )

type Ending = 'answered' | 'consent' | 'denied'

function endingOf(response: Response): Ending {
  if (response.kind === 'result') return response.result['isError'] === true ? 'denied' : 'answered'
  const { data } = response.error
  const code = isObject(data) ? data['code'] : undefined
  if (code === 'scope_insufficient') return 'consent'
  throw new Error(JSON.stringify(response.error))
}

/** What one sender sees, and how each of its calls ends. */
async function look(
  gateway: ReturnType<typeof world>['gateway'],
  { subject, authorization }: Sender,
  era: (typeof ERAS)[number],
) {
  const send = (method: string, params: JsonObject): Promise<Response> =>
    gateway.handle(
      ask(era, 'all', method, params, {
        who: { subject, holder: holderOf(subject, authorization) },
        sender: { subject, authorization },
      }),
    )
  const list = await send('tools/list', {})
  if (list.kind === 'error') throw new Error(JSON.stringify(list.error))
  const listed = (list.result['tools'] as readonly { name: string }[]).map(({ name }) => name)
  const endings = new Map<string, Ending>()
  for (const server of SERVERS) {
    for (const tool of TOOLS) {
      const name = `${server}__${tool}`
      endings.set(name, endingOf(await send('tools/call', { name, arguments: {} })))
    }
  }
  return { listed: listed.toSorted(), endings }
}

const namesOf = (endings: ReadonlyMap<string, Ending>, ...wanted: readonly Ending[]) =>
  [...endings]
    .filter(([, ending]) => wanted.includes(ending))
    .map(([name]) => name)
    .toSorted()

test('each user, agent and chain, with each client, sees exactly the tools that it can call', async () => {
  const seen = { answered: 0, consent: 0, denied: 0, hidden: 0 }
  const property = fc.asyncProperty(
    policies,
    fc.array(senders, { minLength: 2, maxLength: 6 }),
    fc.constantFrom(...ERAS),
    async (text, all, era) => {
      const policy = decisionPoint(loadPolicies([{ file: 'random.cedar', text }]))
      const servers = Object.fromEntries(
        SERVERS.map((name) => [name, toolServer('2025-11-25', TOOLS)]),
      )
      const { gateway } = world({ servers, policy })
      // One gateway for all of them: what one may see is none of the others' business.
      for (const sender of all) {
        const { listed, endings } = await look(gateway, sender, era)
        const { kind, via } = sender.subject
        const canConsent = kind === 'user' && via === 'login'
        const offered = namesOf(endings, 'answered', ...(canConsent ? (['consent'] as const) : []))
        expect(listed).toEqual(offered)
        for (const ending of endings.values()) seen[ending] += 1
        seen.hidden += canConsent ? 0 : namesOf(endings, 'consent').length
      }
      gateway.close()
    },
  )
  await fc.assert(property, { numRuns: 80 })
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20)
})
