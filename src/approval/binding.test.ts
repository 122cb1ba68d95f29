import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LiftableCall } from '../kernel/approval.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { digestOf, keysOf } from './binding.ts'
import {
  agent,
  asked,
  ballot,
  call,
  type FreshApprovals,
  freshApprovals,
} from './testing/fresh-approvals.ts'

const virtual = { server: 'disk', target: 'w', arguments: { p: 1 } }
const usual = call({ forwarded: virtual })
const { access } = usual
const target = (more: object) =>
  call({ forwarded: virtual, access: { target: { ...access.target, ...more } } })
const lift = (more: object) => call({ forwarded: virtual, lift: more })

/** One change to each thing that an answer is bound to. */
const CHANGES: readonly (readonly [string, LiftableCall])[] = [
  ['the user', call({ forwarded: virtual, subject: { id: 'bob' as SubjectId } })],
  ['the kind of subject', call({ forwarded: virtual, subject: agent('ada') })],
  ['who acts', call({ forwarded: virtual, subject: { actors: ['build' as SubjectId] } })],
  [
    'the client',
    call({
      forwarded: virtual,
      access: { authorization: { ...access.authorization, client: 'other' } },
    }),
  ],
  ['the action', call({ forwarded: virtual, access: { action: 'get' } })],
  ['the kind of target', target({ kind: 'prompt' })],
  ['the server', target({ server: 'fíles' })],
  ['the tool', target({ name: 'Write' })],
  ['the tool that it narrows', target({ of: { server: 'disk', name: 'w' } })],
  ['an argument', call({ forwarded: virtual, arguments: { path: '/srv/b', text: 'x' } })],
  [
    'an argument more',
    call({ forwarded: virtual, arguments: { path: '/srv/a', text: 'x', more: null } }),
  ],
  ['an argument less', call({ forwarded: virtual, arguments: { path: '/srv/a' } })],
  ['what leaves', call({ forwarded: { ...virtual, arguments: { p: 2 } } })],
  ['where it leaves to', call({ forwarded: { ...virtual, server: 'other' } })],
  ['as what it leaves', call({ forwarded: { ...virtual, target: 'other' } })],
  ['that it leaves as it is', call()],
  ['the definition', call({ forwarded: virtual, definition: undefined })],
  ['the policies', call({ forwarded: virtual, policies: 'policies-2' })],
  ['who may approve', lift({ approvers: ['group:finance'] })],
  ['how many approve', lift({ quorum: 2 })],
  ['whether each approves', lift({ each: true })],
  ['how it is known who answers', lift({ assurance: 'passkey' })],
  ['whether there are patterns', lift({ pattern: 1 })],
  ['how long the answer holds', lift({ maxAge: 1 })],
]

test.each(CHANGES)('the digest is over %s', (_, changed) => {
  expect(digestOf(changed, 'id', 1)).not.toBe(digestOf(usual, 'id', 1))
})

test('the digest is over the id and the deadline, and over nothing that differs from call to call', () => {
  const base = digestOf(usual, 'id', 1)
  expect(digestOf(usual, 'di', 1)).not.toBe(base)
  expect(digestOf(usual, 'id', 2)).not.toBe(base)
  const later = { ...access, time: access.time + 1, client: { name: 'n', version: '2' } }
  expect(digestOf({ ...usual, call: 'another', access: later }, 'id', 1)).toBe(base)
})

test('arguments that are different have different keys and digests, however they are spelled', () => {
  const objects = fc.jsonValue({ maxDepth: 2 }).map((value) => ({ value }) as JsonObject)
  const property = fc.property(objects, objects, (one, other) => {
    const [left, right] = [call({ arguments: one }), call({ arguments: other })]
    const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
    expect(keysOf(left).callKey === keysOf(right).callKey).toBe(same)
    expect(digestOf(left, 'id', 1) === digestOf(right, 'id', 1)).toBe(same)
  })
  fc.assert(property, { numRuns: 1_000 })
})

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return { members: members.map(([name, member]) => [name, sorted(member)]) }
}

test('text that has no canonical form is refused', () => {
  expect(() => keysOf(call({ arguments: { text: '\ud800' } }))).toThrow(
    expect.objectContaining({ code: 'arguments_invalid' }),
  )
})

describe.each(ENGINES)('an approval on %s', (engine) => {
  let fresh: FreshApprovals
  beforeEach(async () => {
    fresh = await freshApprovals(engine)
  })
  afterEach(() => fresh.remove())

  test('is of no use to a call that differs in anything', async () => {
    const { approvals, desk, events } = fresh
    for (const [what, changed] of CHANGES) {
      const one = { ...usual, call: `for ${what}` }
      const pending = await asked(fresh, one)
      await desk.answer(pending.id, ballot('cy', pending))
      const answer = await approvals.ask(one)
      if (answer.kind !== 'granted') throw new Error(what)
      expect(await approvals.use(changed, answer.approval), what).toBe(false)
      const digest = digestOf(changed, pending.id, pending.expires)
      const forged = { ...answer.approval, digest }
      expect(await approvals.use(changed, forged), what).toBe(false)
      expect(await approvals.use(one, forged), what).toBe(false)
      expect(events.at(-1), what).toMatchObject({ event: 'approval.refused', outcome: 'refused' })
      // Another call leaves it as it is; what changed around this one has ended it.
      const isAround = keysOf(changed).surroundings !== keysOf(one).surroundings
      const isOther = keysOf(changed).callKey !== keysOf(one).callKey
      expect(await approvals.use(one, answer.approval), what).toBe(isOther || !isAround)
      fresh.clock.now += 60_000
    }
  })
})
