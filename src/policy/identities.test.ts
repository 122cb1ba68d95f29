import { createRequire } from 'node:module'
import type { CedarValueJson, EntityJson } from '@cedar-policy/cedar-wasm/nodejs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AccessRequest } from '../kernel/access.ts'
import { CLIENT_TRUSTS, ESTABLISHED_BY, type SubjectId } from '../kernel/subject.ts'
import { request } from '../kernel/testing/requests.ts'
import { accessMatrix } from './matrix/access-matrix.ts'
import { decisionPoint, loadPolicies } from './policy.ts'

const cedar: typeof import('@cedar-policy/cedar-wasm/nodejs') = createRequire(import.meta.url)(
  '@cedar-policy/cedar-wasm/nodejs',
)

const BOUNDED = { interruptAfterTimeLimit: 12_000, markInterruptAsFailure: false }
// One name is that of a user, of an agent and of a group: only the type tells them apart.
const NAMES = ['ann', 'build', 'owners', 'User::"ann"', 'okta|a b', '']
const GROUPS = NAMES.filter((name) => name !== '')
const SCOPES = ['read', 'execute', 'mail:send']

const names = fc.constantFrom(...NAMES)
const lists = (words: readonly string[]) => fc.subarray([...words])
/** Who calls, and by what right. */
const senders = fc.record({
  kind: fc.constantFrom('user' as const, 'agent' as const),
  id: names,
  via: fc.constantFrom(...ESTABLISHED_BY),
  groups: lists(GROUPS),
  actors: fc.array(
    names.filter((name) => name !== ''),
    { maxLength: 3 },
  ),
  client: names,
  clientTrust: fc.constantFrom(...CLIENT_TRUSTS),
  grant: fc.constantFrom('', 'g-1'),
  scopes: lists(SCOPES),
  bound: fc.boolean(),
  issuer: fc.constantFrom('', 'https://as.example'),
  methods: lists(['pwd', 'hwk']),
})
type Senders = ReturnType<typeof senders.generate>['value']

function asked({ kind, id, via, groups, actors, ...authorization }: Senders): AccessRequest {
  return {
    ...request('call', 'mail', 'send', { effects: ['send'] }),
    subject: { kind, id: id as SubjectId, via, groups, actors: actors as SubjectId[] },
    authorization: { ...authorization, expires: 0 },
  }
}

const text = (name: string): string => JSON.stringify(name)
const groupNames = fc.constantFrom(...GROUPS)
const principals = fc.oneof(
  fc.constant('principal'),
  fc.constantFrom('principal is User', 'principal is Agent'),
  fc
    .tuple(fc.constantFrom('User', 'Agent'), names)
    .map(([type, name]) => `principal == ${type}::${text(name)}`),
  groupNames.map((name) => `principal in Group::${text(name)}`),
  fc
    .tuple(fc.constantFrom('User', 'Agent'), groupNames)
    .map(([type, name]) => `principal is ${type} in Group::${text(name)}`),
)
const conditions = fc.oneof(
  groupNames.map((name) => `principal in Group::${text(name)}`),
  fc
    .tuple(groupNames, names)
    .map(([group, user]) => `principal in [Group::${text(group)}, User::${text(user)}]`),
  groupNames.map((name) => `context.subject.groups.contains(${text(name)})`),
  names.map((name) => `context.subject.actor == ${text(name)}`),
  names.map((name) => `context.subject.actors.contains(${text(name)})`),
  names.map((name) => `context.authorization.client == ${text(name)}`),
  fc.constantFrom(...ESTABLISHED_BY).map((via) => `context.subject.via == "${via}"`),
  fc.constantFrom(...CLIENT_TRUSTS).map((trust) => `context.authorization.trust == "${trust}"`),
  fc.constantFrom(...SCOPES).map((scope) => `context.authorization.scopes.contains("${scope}")`),
  fc.constantFrom(
    'context.subject.acting',
    'context.authorization.bound',
    'context.authorization.grant == "g-1"',
    'context.authorization.issuer == ""',
    'context.authorization.methods.containsAny(["hwk"])',
    'context.authorization.methods.isEmpty()',
    'Group::"owners" in Group::"owners"',
    'context.subject == context.authorization',
  ),
  // Of another type than the operator takes: Cedar reports an error.
  fc.constantFrom('context.subject.groups < 1', 'context.authorization.client.contains("x")'),
)
const clauses = fc
  .tuple(fc.constantFrom('when', 'unless'), conditions, fc.option(conditions))
  .map(([word, one, other]) => `${word} { ${other === null ? one : `${one} && ${other}`} }`)
const policies = fc.array(
  fc.record({
    effect: fc.constantFrom('permit', 'permit', 'forbid'),
    principal: principals,
    clauses: fc.array(clauses, { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 8 },
)

function written(all: ReturnType<typeof policies.generate>['value']): readonly string[] {
  return all.map(
    ({ effect, principal, clauses: parts }, index) =>
      `@id("${index}") ${effect} (${principal}, action, resource) ${parts.join(' ')};`,
  )
}

/** Cedar's word on a request whose entities are made here, from the reference and not from the code. */
function judged(sender: Senders, texts: readonly string[]) {
  const principal = { type: sender.kind === 'user' ? 'User' : 'Agent', id: sender.id }
  const groups = sender.groups.map((id) => ({ type: 'Group', id }))
  const entities: EntityJson[] = [
    { uid: principal, parents: groups, attrs: {} },
    ...groups.map((uid) => ({ uid, parents: [], attrs: {} })),
  ]
  const context: Record<string, CedarValueJson> = {
    subject: {
      via: sender.via,
      groups: sender.groups,
      acting: sender.actors.length > 0,
      actor: sender.actors[0] ?? '',
      actors: sender.actors,
    },
    authorization: {
      client: sender.client,
      trust: sender.clientTrust,
      grant: sender.grant,
      scopes: sender.scopes,
      bound: sender.bound,
      issuer: sender.issuer,
      methods: sender.methods,
    },
  }
  const answer = cedar.isAuthorized({
    principal,
    action: { type: 'Action', id: 'call' },
    resource: { type: 'Tool', id: 'mail:send' },
    context,
    policies: { staticPolicies: Object.fromEntries(texts.map((one, index) => [index, one])) },
    entities,
  })
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
  const { decision, diagnostics } = answer.response
  return {
    decision,
    reasons: diagnostics.reason.toSorted(),
    errors: diagnostics.errors.map(({ policyId }) => policyId).sort(),
  }
}

test('whoever calls, by whatever right: the decision is that of Cedar, and the list and the table agree', () => {
  const seen = { permit: 0, deny: 0, errors: 0 }
  const property = fc.property(senders, policies, (sender, all) => {
    const texts = written(all)
    const set = loadPolicies([{ file: 'p.cedar', text: texts.join('\n') }])
    const point = decisionPoint(set)
    const one = asked(sender)
    const decision = point.decide(one)
    const verdict = judged(sender, texts)
    if (verdict.errors.length > 0) {
      seen.errors += 1
      // Cedar leaves out a policy that errs; here it denies.
      expect(decision).toMatchObject({ effect: 'deny', errors: verdict.errors })
    } else {
      expect(decision.effect).toBe(verdict.decision === 'allow' ? 'permit' : 'deny')
      const ids = decision.determining.map(({ policy }) => policy)
      expect(ids).toEqual(verdict.reasons.length === 0 ? ['no-permit'] : verdict.reasons)
    }
    seen[decision.effect] += 1
    // Nothing here hangs on arguments, so what is listed is what can be called.
    expect(point.visible(one)).toBe(decision.effect === 'permit')
    const { authorization } = one
    const [row] = accessMatrix(set, [one.subject], [one.target], { authorization })
    expect(row?.access).toBe(decision.effect === 'permit' ? 'permit' : 'never')
  })
  fc.assert(property, { numRuns: 600, ...BOUNDED })
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10)
})

describe('who is who', () => {
  const decides = (policy: string, sender: Partial<Senders>) =>
    decisionPoint(
      loadPolicies([{ file: 'p.cedar', text: `@id("p") permit (${policy}, action, resource);` }]),
    ).decide(asked({ ...ANN, ...sender })).effect
  const ANN: Senders = {
    kind: 'user',
    id: 'ann',
    via: 'login',
    groups: ['crew'],
    actors: [],
    client: 'editor',
    clientTrust: 'metadata',
    grant: 'g-1',
    scopes: [],
    bound: false,
    issuer: '',
    methods: [],
  }

  test.each<readonly [string, Partial<Senders>, 'permit' | 'deny']>([
    ['principal == User::"ann"', {}, 'permit'],
    ['principal == User::"ann"', { kind: 'agent' }, 'deny'],
    ['principal == Agent::"ann"', {}, 'deny'],
    ['principal in Group::"crew"', {}, 'permit'],
    ['principal in Group::"crew"', { kind: 'agent' }, 'permit'],
    ['principal in Group::"crew"', { groups: [] }, 'deny'],
    ['principal in Group::"crew"', { id: 'crew', groups: [] }, 'deny'],
    ['principal in Group::"Crew"', {}, 'deny'],
    ['principal is Agent in Group::"crew"', {}, 'deny'],
    // The agent's own policies are no way into what it does for somebody.
    ['principal == Agent::"build"', { actors: ['build'] }, 'deny'],
    ['principal == User::"ann"', { actors: ['build'] }, 'permit'],
  ])('%s, asked by %j: %s', (policy, sender, effect) => {
    expect(decides(policy, sender)).toBe(effect)
  })
})
