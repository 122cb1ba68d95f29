import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AccessRequest, Decision } from '../../kernel/access.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { Limits, Reservation } from '../../kernel/limits.ts'
import { request } from '../../kernel/testing/requests.ts'
import { decisionPoint, loadPolicies } from '../policy.ts'
import { flow, someFlow, valueOrigin } from '../testing/flow.ts'
import { type Draft, type RecordedCall, replayer } from './replay.ts'

const POLICIES = `
  @id("reads") permit (principal, action, resource) when { resource.effects == ["read"] };
  @id("small") permit (principal, action, resource == Tool::"bank:pay") when { context.args.amount < 10 };
`
/** No limit at all, but it says what is asked of it. */
function noting(): { readonly limits: Limits; readonly said: string[] } {
  const said: string[] = []
  const limits: Limits = {
    left: async () => ({}),
    reserve: async (asked) => {
      said.push(`take at ${asked.time}`)
      return {} as Reservation
    },
    settle: (_, used) => said.push(`end ${used().bytes}`),
    release: () => undefined,
  }
  return { limits, said }
}

function draftOf(text: string, limits = noting().limits): Draft {
  const point = decisionPoint(loadPolicies([{ file: 'a.cedar', text }]))
  return { point, limits, setTime: () => undefined }
}

function recorded(input: AccessRequest, effect: Decision['effect'], more = {}): RecordedCall {
  return {
    call: 'c',
    at: input.time,
    subject: 'ada',
    server: input.target.server,
    target: input.target.name,
    decision: { effect, ask: false, policies: ['old'] },
    request: input,
    exact: true,
    ended: undefined,
    ...more,
  }
}

const pay = (amount: number) =>
  request('call', 'bank', 'pay', { effects: ['pay'], arguments: { amount } })

test('a verdict that stays is the same, whoever decides', async () => {
  const replay = replayer(draftOf(POLICIES))
  expect(await replay(recorded(pay(3), 'permit'))).toEqual({ kind: 'same', verdict: 'permit' })
  expect(await replay(recorded(pay(30), 'deny'))).toEqual({ kind: 'same', verdict: 'deny' })
})

test('a verdict that flips says from what, to what, and by whom', async () => {
  const replay = replayer(draftOf(POLICIES))
  expect(await replay(recorded(pay(30), 'permit'))).toMatchObject({
    kind: 'flipped',
    from: 'permit',
    to: 'deny',
    before: ['old'],
    after: ['no-permit'],
  })
  expect(await replay(recorded(pay(3), 'deny'))).toMatchObject({ to: 'permit', after: ['small'] })
})

test('a call that humans approved replays as approved', async () => {
  const asks = `@id("pays") permit (principal, action, resource);
    @id("ask") @liftedBy("approval") @approvers("self") forbid (principal, action, resource) unless { context.approval.granted };`
  const approval = { id: 'a', kind: 'once', digest: sha256('x'), by: ['zoe'] } as const
  const approved = recorded({ ...pay(3), approval }, 'permit')
  const pending = recorded(pay(3), 'deny', {
    decision: { effect: 'deny', ask: true, policies: ['ask'] },
  })
  const same = replayer(draftOf(asks))
  expect(await same(approved)).toEqual({ kind: 'same', verdict: 'permit' })
  expect(await same(pending)).toEqual({ kind: 'same', verdict: 'ask' })
  // Nobody may lift it any more; and nobody needs to.
  const closed = asks.replace(/@liftedBy.*$/m, 'forbid (principal, action, resource);')
  expect(await replayer(draftOf(closed))(approved)).toMatchObject({ from: 'permit', to: 'deny' })
  expect(await replayer(draftOf(closed))(pending)).toMatchObject({ from: 'ask', to: 'deny' })
  const open = replayer(draftOf('@id("all") permit (principal, action, resource);'))
  expect(await open(pending)).toMatchObject({ from: 'ask', to: 'permit' })
  expect(await same(recorded(pay(3), 'permit'))).toMatchObject({ from: 'permit', to: 'ask' })
})

test('a call that was not decided, or not kept, is said to be so', async () => {
  const replay = replayer(draftOf(POLICIES))
  expect(await replay(recorded(pay(3), 'deny', { decision: undefined }))).toEqual({
    kind: 'undecided',
  })
  expect(await replay(recorded(pay(3), 'deny', { request: undefined }))).toEqual({
    kind: 'unknown',
  })
})

test('a call of which something was taken out is known only when nothing could permit it', async () => {
  const part = { exact: false }
  const replay = replayer(draftOf(POLICIES))
  expect(await replay(recorded(pay(3), 'permit', part))).toEqual({ kind: 'unknown' })
  const write = request('call', 'files', 'write', { effects: ['write'] })
  expect(await replay(recorded(write, 'permit', part))).toMatchObject({
    kind: 'flipped',
    to: 'deny',
  })
})

test('limits count what the draft permits, and calls end when they ended', async () => {
  const { limits, said } = noting()
  const replay = replayer(draftOf(POLICIES, limits))
  const at = (time: number, amount: number) => ({ ...pay(amount), time })
  const ended = { duration: 50, used: { bytes: 7, rows: 0 } }
  await replay(recorded(at(100, 3), 'permit', { ended }))
  await replay(recorded(at(120, 30), 'permit', { ended }))
  await replay(recorded(at(200, 3), 'permit', { ended }))
  expect(said).toEqual(['take at 100', 'end 7', 'take at 200'])
})

test('a limit without room is a denial', async () => {
  const limits: Limits = {
    ...noting().limits,
    reserve: async () => ({ limit: 'day', reason: 'used up', retryAfter: 1 }),
  }
  const replay = replayer(draftOf(POLICIES, limits))
  expect(await replay(recorded(pay(3), 'permit'))).toMatchObject({
    to: 'deny',
    after: ['limit:day'],
  })
})

describe('where values came from', () => {
  const flows = `@id("all") permit (principal, action, resource);
    @id("named") @liftedBy("approval") @approvers("self") forbid (principal, action, resource)
    when { context.provenance.destination.contains("untrusted") } unless { context.approval.granted };`
  const named = { ...pay(3), flow: flow({ values: [valueOrigin()] }) }
  const asked = { decision: { effect: 'deny', ask: true, policies: ['named'] } }
  const recordedAs = (input: AccessRequest): AccessRequest => JSON.parse(JSON.stringify(input))

  test('is decided again as it was, by what the record holds', async () => {
    const replay = replayer(draftOf(flows))
    expect(await replay(recorded(recordedAs(named), 'deny', asked))).toEqual({
      kind: 'same',
      verdict: 'ask',
    })
    const listed = { ...named, flow: flow({ values: [valueOrigin({ origin: 'listed' })] }) }
    expect(await replay(recorded(recordedAs(listed), 'permit'))).toMatchObject({ kind: 'same' })
    expect(await replayer(draftOf(POLICIES))(recorded(named, 'deny', asked))).toMatchObject({
      from: 'ask',
      to: 'permit',
    })
  })

  test('is nothing in records from before it was looked for', async () => {
    expect(await replayer(draftOf(flows))(recorded(pay(3), 'permit'))).toMatchObject({
      kind: 'same',
    })
  })

  test('decides by every random flow as its record does', () => {
    const point = draftOf(
      flows.replace('contains("untrusted")', 'containsAny(["members", "untrusted"])'),
    ).point
    fc.assert(
      fc.property(someFlow, (facts) => {
        const input = facts === undefined ? pay(3) : { ...pay(3), flow: facts }
        expect(point.decide(recordedAs(input))).toEqual(point.decide(input))
      }),
    )
  })
})
