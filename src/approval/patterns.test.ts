import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LiftableCall } from '../kernel/approval.ts'
import { type Facts, NO_FACTS } from '../kernel/facts.ts'
import type { JsonObject } from '../kernel/json.ts'
import { OPERATOR_AUTHORIZATION, type SubjectId } from '../kernel/subject.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { mayBeFree } from './patterns.ts'
import {
  asked,
  ballot,
  call,
  type FreshApprovals,
  freshApprovals,
  MINUTE,
  names,
  START,
} from './testing/fresh-approvals.ts'

const lift = { pattern: 30 * MINUTE } as const
const identifier = (at: string) =>
  ({ at, origin: 'found', flags: [], type: 'uuid', value: 'v' }) as const
/** Facts of a call in which something was read at these places. */
const factsAt = (...places: string[]): Facts => ({
  ...NO_FACTS,
  identifiers: places.map(identifier),
})

function write(args: JsonObject, more: Parameters<typeof call>[0] = {}): LiftableCall {
  const facts = factsAt('/path')
  return call({ lift, arguments: args, ...more, access: { facts, ...more.access } })
}

test('what was read of the arguments is not free', () => {
  const args = { path: '', 'a/b~c': [], text: {}, none: undefined }
  const free = (facts: Facts, more: Parameters<typeof call>[0] = {}) =>
    mayBeFree(call({ lift, arguments: args, access: { facts }, ...more }))
  expect(free(NO_FACTS)).toEqual(['path', 'a/b~c', 'text'])
  expect(free(factsAt('/path', '/a~1b~0c/0', '/text/deep'))).toEqual([])
  expect(free(factsAt('/path/x'))).toEqual(['a/b~c', 'text'])
  expect(free(factsAt(''))).toEqual([])
  const unread = { at: '/text', kind: 'sql', why: 'it is none' } as const
  expect(free({ ...NO_FACTS, unparsable: [unread] })).toEqual(['path', 'a/b~c'])
  expect(free(NO_FACTS, { lift: {} })).toEqual([])
  expect(free(NO_FACTS, { forwarded: { server: 's', target: 't', arguments: {} } })).toEqual([])
})

test('what text of others names is not free', () => {
  const origins = { to: 'untrusted', cc: 'members', text: 'subject', id: 'listed' } as const
  const values = Object.entries(origins).map(([name, origin]) => ({
    ...{ at: `/${name}`, role: 'content' as const, value: 'v', origin, sightings: [] },
  }))
  const labels = { context: 'c', readUntrusted: true, readConfidential: false, complete: true }
  const flow = { ...labels, classes: [], carries: [], values }
  const args = { to: '', cc: '', text: '', id: '' }
  const named = call({ lift, arguments: args, access: { facts: NO_FACTS, flow } })
  expect(mayBeFree(named)).toEqual(['text', 'id'])
})

describe.each(ENGINES)('a pattern on %s', (engine) => {
  let fresh: FreshApprovals
  beforeEach(async () => {
    fresh = await freshApprovals(engine)
  })
  afterEach(() => fresh.remove())

  async function grant(of: LiftableCall, free: readonly string[], duration = 5 * MINUTE) {
    const pending = await asked(fresh, of)
    const summary = await fresh.desk.answer(
      pending.id,
      ballot('bob', pending, { pattern: { free, duration } }),
    )
    expect(summary.state).toBe('approved')
    const { items } = await fresh.desk.patterns({ subject: 'user:ada' })
    const [pattern] = items
    if (pattern === undefined) throw new Error('there is no pattern')
    return pattern
  }
  const usual = () => write({ path: '/srv/a', mode: 1, text: 'x' })

  test('lets calls like it pass, until its time is over', async () => {
    const { approvals, clock, events } = fresh
    const pattern = await grant(usual(), ['text'])
    expect(pattern).toMatchObject({
      subject: 'user:ada',
      server: 'files',
      target: 'write',
      fixed: { path: '/srv/a', mode: 1 },
      free: ['text'],
      expires: START + 5 * MINUTE,
    })
    const next = write({ mode: 1, path: '/srv/a', text: 'y' })
    const answer = await approvals.ask(next)
    expect(answer).toEqual({
      kind: 'granted',
      approval: { id: pattern.id, kind: 'pattern', digest: expect.any(String), by: ['bob'] },
    })
    if (answer.kind !== 'granted') return
    for (let time = 0; time < 3; time++)
      expect(await approvals.use(next, answer.approval)).toBe(true)
    expect(names(events).filter((name) => name === 'approval.used')).toHaveLength(3)
    expect(names(events)).toContain('pattern.granted')
    expect(events.at(-1)).toMatchObject({
      target: `pattern:${pattern.id}`,
      detail: { call: next.call },
    })
    clock.now = pattern.expires
    expect(await approvals.use(next, answer.approval)).toBe(false)
    expect((await approvals.ask(next)).kind).toBe('pending')
  })

  test.each<readonly [string, LiftableCall]>([
    ['a fixed argument', write({ path: '/srv/b', mode: 1, text: 'x' })],
    ['the type of one', write({ path: '/srv/a', mode: '1', text: 'x' })],
    ['an argument more', write({ path: '/srv/a', mode: 1, text: 'x', force: true })],
    ['an argument more that is null', write({ path: '/srv/a', mode: 1, text: 'x', force: null })],
    ['a fixed argument less', write({ path: '/srv/a', text: 'x' })],
    ['the free argument less', write({ path: '/srv/a', mode: 1 })],
    [
      'something is read in the free argument',
      write(
        { path: '/srv/a', mode: 1, text: 'y' },
        { access: { facts: factsAt('/path', '/text/0') } },
      ),
    ],
    [
      'the user',
      write({ path: '/srv/a', mode: 1, text: 'y' }, { subject: { id: 'eve' as SubjectId } }),
    ],
    [
      'who acts',
      write(
        { path: '/srv/a', mode: 1, text: 'y' },
        { subject: { actors: ['build' as SubjectId] } },
      ),
    ],
    [
      'the client',
      write(
        { path: '/srv/a', mode: 1, text: 'y' },
        { access: { facts: NO_FACTS, authorization: { ...OPERATOR_AUTHORIZATION, client: 'c' } } },
      ),
    ],
    [
      'the tool',
      write(
        { path: '/srv/a', mode: 1, text: 'y' },
        { access: { facts: NO_FACTS, target: { ...call().access.target, name: 'delete' } } },
      ),
    ],
    [
      'the action',
      write({ path: '/srv/a', mode: 1, text: 'y' }, { access: { facts: NO_FACTS, action: 'get' } }),
    ],
    ['the definition', write({ path: '/srv/a', mode: 1, text: 'y' }, { definition: undefined })],
    ['the policies', write({ path: '/srv/a', mode: 1, text: 'y' }, { policies: 'policies-2' })],
    ['the lift', write({ path: '/srv/a', mode: 1, text: 'y' }, { lift: { ...lift, quorum: 2 } })],
    [
      'what leaves',
      write(
        { path: '/srv/a', mode: 1, text: 'y' },
        { forwarded: { server: 's', target: 't', arguments: {} } },
      ),
    ],
  ])('does not cover a change of %s', async (_, changed) => {
    const { approvals, events } = fresh
    const pattern = await grant(usual(), ['text'])
    const near = await approvals.ask(write({ path: '/srv/a', mode: 1, text: 'z' }))
    if (near.kind !== 'granted') throw new Error('it covers nothing')
    expect(near.approval.id).toBe(pattern.id)
    expect((await approvals.ask(changed)).kind).toBe('pending')
    expect(await approvals.use(changed, near.approval)).toBe(false)
    expect(events.at(-1)).toMatchObject({
      event: 'approval.refused',
      detail: { why: 'not covered' },
    })
  })

  test('ends when it is revoked, everywhere and at once', async () => {
    const { approvals, desk, events, witness } = fresh
    const pattern = await grant(usual(), ['text'])
    const next = write({ path: '/srv/a', mode: 1, text: 'y' })
    const answer = await approvals.ask(next)
    if (answer.kind !== 'granted') throw new Error('it covers nothing')
    const { by } = ballot('cy', { digest: '' })
    witness.broken = true
    await expect(desk.revokePattern(pattern.id, by)).rejects.toThrow()
    witness.broken = false
    expect(await approvals.use(next, answer.approval)).toBe(true)
    // Revoked while the use is being witnessed: not used.
    const other = await fresh.replica({
      witness: async (event) => {
        events.push(event)
        if (event.event === 'approval.used' && event.outcome === 'done')
          await desk.revokePattern(pattern.id, by)
      },
    })
    expect(await other.approvals.use(next, answer.approval)).toBe(false)
    expect(names(events)).toContain('approval.used (refused)')
    expect(await approvals.use(next, answer.approval)).toBe(false)
    expect((await approvals.ask(next)).kind).toBe('pending')
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'pattern.revoked', target: `pattern:${pattern.id}`, by }),
    )
    await desk.revokePattern(pattern.id, by)
    await expect(desk.revokePattern('none', by)).rejects.toMatchObject({ code: 'item_unknown' })
    expect((await desk.patterns({})).items).toMatchObject([{ revoked: START }])
  })

  test.each([
    ['what was read', ['path'], MINUTE, {}],
    ['what there is not', ['more'], MINUTE, {}],
    ['something twice', ['text', 'text'], MINUTE, {}],
    ['longer than the policy allows', ['text'], 30 * MINUTE + 1, {}],
    ['no time', ['text'], 0, {}],
    ['half a millisecond', ['text'], 0.5, {}],
    ['anything, where the policy allows none', [], MINUTE, { lift: { pattern: 0 } }],
  ] as const)('does not leave open %s', async (_, free, duration, more) => {
    const { desk } = fresh
    const pending = await asked(fresh, write({ path: '/srv/a', text: 'x' }, more))
    const pattern = { free, duration }
    const wrong = { code: 'params_invalid' }
    await expect(
      desk.answer(pending.id, ballot('bob', pending, { pattern })),
    ).rejects.toMatchObject(wrong)
    await expect(desk.policyOf(pending.id, pattern)).rejects.toMatchObject(wrong)
    expect(await desk.find(pending.id)).toMatchObject({ state: 'pending', votes: [] })
    expect((await desk.patterns({})).items).toEqual([])
  })

  test('holds no more than everybody who approves agrees to', async () => {
    const { desk } = fresh
    const open = write({ path: '/srv/a', text: 'x', note: 'n' }, { lift: { ...lift, quorum: 2 } })
    const pending = await asked(fresh, open)
    const vote = (user: string, free: readonly string[], duration: number) =>
      desk.answer(pending.id, ballot(user, pending, { pattern: { free, duration } }))
    await vote('bob', ['note', 'text'], 20 * MINUTE)
    expect((await desk.patterns({})).items).toEqual([])
    await vote('cy', ['text'], 25 * MINUTE)
    expect((await desk.patterns({})).items).toMatchObject([
      { free: ['text'], fixed: { path: '/srv/a', note: 'n' }, expires: START + 20 * MINUTE },
    ])
    const one = await asked(
      fresh,
      write({ path: '/srv/c', text: 'x' }, { lift: { ...lift, quorum: 2 } }),
    )
    await desk.answer(one.id, ballot('bob', one, { pattern: { free: ['text'], duration: MINUTE } }))
    await desk.answer(one.id, ballot('cy', one))
    expect((await desk.patterns({})).items).toHaveLength(1)
  })

  test('is seen as a policy before it is granted, and is not when somebody declines', async () => {
    const { desk } = fresh
    const pending = await asked(fresh, usual())
    const pattern = { free: ['text'], duration: MINUTE }
    const policy = await desk.policyOf(pending.id, pattern)
    expect(policy).toContain('"path": "/srv/a"')
    expect(policy).toContain(`context.time < ${START + MINUTE}`)
    await desk.answer(pending.id, ballot('bob', pending, { verdict: 'decline', pattern }))
    expect((await desk.patterns({})).items).toEqual([])
    await expect(desk.policyOf('none', pattern)).rejects.toMatchObject({ code: 'item_unknown' })
  })

  test('nothing takes effect of a grant whose pattern cannot be witnessed', async () => {
    const { desk, witness } = fresh
    const pending = await asked(fresh, usual())
    witness.broken = ({ event }) => event === 'pattern.granted'
    const pattern = { free: ['text'], duration: MINUTE }
    await expect(desk.answer(pending.id, ballot('bob', pending, { pattern }))).rejects.toThrow()
    expect(await desk.find(pending.id)).toMatchObject({ state: 'pending' })
    expect((await desk.patterns({})).items).toEqual([])
  })
})
