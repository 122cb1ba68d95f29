import { expect, test } from 'vitest'
import type { AccessRequest, Decision } from '../../kernel/access.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { Limits, Reservation } from '../../kernel/limits.ts'
import { request } from '../../kernel/testing/requests.ts'
import { decisionPoint, loadPolicies } from '../policy.ts'
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
