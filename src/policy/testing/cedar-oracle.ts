import { createRequire } from 'node:module'
import type { CedarValueJson, EntityJson, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import fc from 'fast-check'
import type { Environment } from '../language/environment.ts'
import { entity, type RecordValue, type Value } from '../language/value.ts'
import { recordTwins, toCedarJson, twins, UIDS, type Uid } from './cedar-values.ts'

/** Cedar's own evaluator, which ours must agree with. */
const cedar: typeof import('@cedar-policy/cedar-wasm/nodejs') = createRequire(import.meta.url)(
  '@cedar-policy/cedar-wasm/nodejs',
)

export interface TwinRecord {
  readonly json: Record<string, CedarValueJson>
  readonly value: RecordValue
}

/** A request and its entities, in Cedar's form and in ours. */
export interface World {
  readonly principal: Uid
  readonly action: Uid
  readonly resource: Uid
  readonly context: TwinRecord
  readonly entities: readonly EntityTwin[]
}

interface EntityTwin {
  readonly uid: Uid
  readonly parents: readonly Uid[]
  readonly attributes: TwinRecord
  readonly tags: TwinRecord
}

export interface Verdict {
  readonly decision: string
  readonly reasons: readonly string[]
  readonly errors: readonly string[]
}

const ACTIONS = ['all', 'call', 'read'].map((id) => ({ type: 'Action', id }))

/** Each entity may lie in those that come before it, so that the hierarchy has no cycle; some are missing. */
const entityTwins: fc.Arbitrary<readonly EntityTwin[]> = fc
  .tuple(
    ...[...UIDS, ...ACTIONS].map((uid, index, all) => {
      const isAction = uid.type === 'Action'
      const above = all.slice(0, index).filter(({ type }) => (type === 'Action') === isAction)
      const one = fc.record({
        uid: fc.constant(uid),
        parents: fc.subarray(above, { maxLength: Math.min(2, above.length) }),
        attributes: recordTwins(twins(1)),
        tags: recordTwins(twins(0)),
      })
      return fc.option(one, { freq: 4 })
    }),
  )
  .map((all) => all.filter((one) => one !== null))

export const worlds: fc.Arbitrary<World> = fc.record({
  principal: fc.constantFrom(...UIDS),
  action: fc.constantFrom(...ACTIONS),
  resource: fc.constantFrom(...UIDS),
  context: recordTwins(twins(2)),
  entities: entityTwins,
})

/** Writes a policy of Cedar's JSON form as Cedar text. */
export function policyText(policy: unknown): string {
  return unwrap(cedar.policyToText(policy as PolicyJson)).text
}

/** Reads Cedar text into Cedar's JSON form. */
export function policyJson(text: string): PolicyJson {
  return unwrap(cedar.policyToJson(text)).json
}

/** Cedar's answer. `values` are attributes named `v` of entities `Expected::"0"`, `"1"`, … */
export function judge(
  { principal, action, resource, context, entities }: World,
  policies: Readonly<Record<string, string>>,
  values: readonly CedarValueJson[] = [],
): Verdict {
  const known = entities.map(
    ({ uid, parents, attributes, tags }): EntityJson => ({
      uid,
      parents: [...parents],
      attrs: attributes.json,
      tags: tags.json,
    }),
  )
  const expected = values.map(
    (v, index): EntityJson => ({
      uid: { type: 'Expected', id: String(index) },
      parents: [],
      attrs: { v },
    }),
  )
  const { decision, diagnostics } = unwrap(
    cedar.isAuthorized({
      principal,
      action,
      resource,
      context: context.json,
      policies: { staticPolicies: policies },
      entities: [...known, ...expected],
    }),
  ).response
  return {
    decision,
    reasons: diagnostics.reason.toSorted(),
    errors: diagnostics.errors.map(({ policyId }) => policyId).sort(),
  }
}

/** The same world for our evaluator. */
export function environmentOf(world: World): Environment {
  const byKey = new Map(
    world.entities.map((one) => [entity(one.uid.type, one.uid.id).key, one] as const),
  )
  const ancestors = (one: EntityTwin | undefined): readonly string[] =>
    (one?.parents ?? []).flatMap(({ type, id }) => {
      const { key } = entity(type, id)
      return [key, ...ancestors(byKey.get(key))]
    })
  const data = new Map(
    [...byKey].map(([key, one]) => [
      key,
      {
        attributes: one.attributes.value,
        tags: one.tags.value,
        ancestors: new Set(ancestors(one)),
      },
    ]),
  )
  return {
    principal: entity(world.principal.type, world.principal.id),
    action: entity(world.action.type, world.action.id),
    resource: entity(world.resource.type, world.resource.id),
    context: world.context.value,
    lookup: ({ key }) => data.get(key),
  }
}

type Failure = {
  readonly type: 'failure'
  readonly errors: readonly { readonly message: string }[]
}

function unwrap<Answer extends { readonly type: string }>(
  answer: Answer | Failure,
): Exclude<Answer, Failure> {
  if ('errors' in answer && answer.type === 'failure') {
    throw new Error(answer.errors.map(({ message }) => message).join('; '))
  }
  return answer as Exclude<Answer, Failure>
}

/** A value in Cedar's JSON, without what faults: reading what is absent is an error as well. */
export function withoutFaults(record: RecordValue): {
  json: Record<string, CedarValueJson>
  faults: number
} {
  const json: Record<string, CedarValueJson> = {}
  let faults = 0
  for (const name of record.names()) {
    try {
      const member = record.member(name) as Value
      if (typeof member !== 'object' || member.kind !== 'record') json[name] = toCedarJson(member)
      else {
        const inner = withoutFaults(member)
        json[name] = inner.json
        faults += inner.faults
      }
    } catch {
      faults += 1
    }
  }
  return { json, faults }
}
