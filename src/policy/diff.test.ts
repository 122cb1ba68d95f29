import { describe, expect, test } from 'vitest'
import type { Subject, SubjectId } from '../kernel/subject.ts'
import { request } from '../kernel/testing/requests.ts'
import { policyDiff, policyDiffText } from './diff.ts'
import { loadPolicies } from './policy.ts'

const OPEN = 'permit (principal, action, resource)'
const BASE = `@id("a") @reason("x") ${OPEN}; @id("b") forbid (principal, action, resource) when { context.args has x };`

function set(text: string, guards = '') {
  const documents = guards === '' ? [] : [{ file: 'g.yaml', text: guards }]
  return loadPolicies([{ file: 'a.cedar', text }, ...documents])
}

function changes(after: string, before = BASE) {
  return policyDiff(set(before), set(after)).policies
}

describe('policies', () => {
  test.each([
    ['order, white space, comments and files', BASE.replace('@id("b")', '\n// c\n  @id("b")')],
    ['the order of annotations', BASE.replace('@id("a") @reason("x")', '@reason("x") @id("a")')],
  ])('%s do not count', (_, after) => {
    expect(changes(after)).toEqual([])
  })

  test.each([
    ['a new one', `${BASE} @id("c") ${OPEN};`, { policy: 'c', kind: 'added', parts: [] }],
    ['one that is gone', BASE.replace(/@id\("b"\).*/, ''), { policy: 'b', kind: 'removed' }],
    ['a reason', BASE.replace('"x"', '"y"'), { policy: 'a', kind: 'words', parts: ['reason'] }],
    [
      'a condition',
      BASE.replace('has x', 'has y'),
      { policy: 'b', kind: 'meaning', parts: ['rule'] },
    ],
    [
      'an effect',
      BASE.replace('forbid', 'permit'),
      { policy: 'b', kind: 'meaning', parts: ['rule'] },
    ],
    [
      'a mode',
      BASE.replace('@id("b")', '@id("b") @mode("observe")'),
      { policy: 'b', kind: 'meaning', parts: ['mode'] },
    ],
    [
      'an obligation',
      BASE.replace('@id("a")', '@id("a") @mark("m")'),
      { policy: 'a', kind: 'meaning', parts: ['obligations'] },
    ],
    [
      'who lifts it',
      BASE.replace(
        '@id("b") forbid (principal, action, resource)',
        '@id("b") @liftedBy("approval") @approvers("self") forbid (principal, action, resource) unless { context.approval.granted }',
      ),
      {
        policy: 'b',
        kind: 'meaning',
        parts: ['rule', 'liftedBy', 'approvers', 'quorum', 'assurance', 'maxAge'],
        after: expect.stringMatching(/^@liftedBy\("approval"\)\n@approvers\("self"\)\n/),
      },
    ],
    [
      'what it takes',
      BASE.replace('@id("a")', '@id("a") @accepts("unparsable")'),
      { policy: 'a', kind: 'meaning', parts: ['acceptsUnparsable'] },
    ],
    [
      'a scope and a reason',
      BASE.replace('"x") permit (principal,', '"y") permit (principal is User,'),
      { policy: 'a', kind: 'meaning', parts: ['rule', 'reason'] },
    ],
  ])('%s', (_, after, expected) => {
    expect(changes(after)).toMatchObject([expected])
  })
})

test('how a denial is lifted, in words: only what is different', () => {
  const asks = `@id("a") @liftedBy("approval") @approvers("self group:b") @assurance("passkey") ${OPEN.replace('permit', 'forbid')} unless { context.approval.granted };`
  const weaker = asks.replace('"passkey"', '"session") @pattern("30m"')
  expect(policyDiffText(policyDiff(set(asks), set(weaker)))).toEqual([
    '`a` means something else (assurance, pattern)',
    '  - @assurance("passkey")',
    '  + @assurance("session")',
    '  + @pattern("30m")',
  ])
  expect(changes(asks.replace('self group:b', 'group:b, self'), asks)).toEqual([])
  expect(
    changes(asks.replace('@approvers', '@maxAge("10m") @quorum("1") @approvers'), asks),
  ).toEqual([])
})

test('guards and limits', () => {
  const policies = `@id("a") ${OPEN} when { context.facts.guards["g"] == "pass" };`
  const guards = 'guards: { g: { sql: { statements: [select] } } }'
  const limits = '\nlimits: { l: { calls: 5, every: 1h, per: [subject], for: { effects: [pay] } } }'
  const diff = policyDiff(
    set(policies, guards),
    set(policies, `${guards.replace('select', 'delete')}${limits}`),
  )
  expect(diff.definitions).toEqual([
    { what: 'guard', name: 'g', kind: 'changed' },
    { what: 'limit', name: 'l', kind: 'added' },
  ])
})

test('in words, with whose access changes', () => {
  const ada: Subject = {
    kind: 'user',
    id: 'ada' as SubjectId,
    via: 'operator',
    groups: [],
    actors: [],
  }
  const targets = ['a', 'b'].map((name) => request('call', 's', name).target)
  const after = `@id("a") @reason("y") ${OPEN}; @id("n") forbid (principal, action, resource == Tool::"s:b");`
  const diff = policyDiff(set(BASE), set(after), { subjects: [ada], targets })
  expect(policyDiffText(diff)).toEqual([
    '`a` says something else, and means the same (reason)',
    '`b` is gone',
    '  - forbid (principal, action, resource)',
    '  - when { context.args has x };',
    '`n` is new',
    '  + forbid (principal, action, resource == Tool::"s:b");',
    '`user:ada` on `s:a`: depends before, permit now (`a`)',
    '`user:ada` on `s:b`: depends before, never now (`n`)',
  ])
  expect(policyDiffText(policyDiff(set(BASE), set(BASE), { subjects: [ada], targets }))).toEqual([])
})

test('a screen counts for what it says, not for where it stands', () => {
  const before = set(BASE, 'screens: { a: { secret: redact }, b: { hidden: redact } }')
  const after = set(
    BASE,
    'screens:\n  # moved\n  b: { hidden: redact }\n  a: { secret: block }\n  c: { canary: block }',
  )
  expect(policyDiff(before, after).definitions).toEqual([
    { what: 'screen', name: 'a', kind: 'changed' },
    { what: 'screen', name: 'c', kind: 'added' },
  ])
  expect(policyDiffText(policyDiff(after, before))).toContain('screen `c` removed')
})
