import { expect, test } from 'vitest'
import type { PostureFacts } from '../ports.ts'
import { CHECKS, postureOf } from './posture.ts'

const NOW = 1_790_000_000_000
const HOUR = 3_600_000

const SERVER = { name: 'files', mode: 'enforce', plain: false, failures: 0, tools: [] } as const

/** A gateway that could not be better. */
const BEST: PostureFacts = {
  now: NOW,
  servers: [
    { ...SERVER, tools: [{ name: 'read', effects: ['read'], source: 'inferred' }] },
    { ...SERVER, name: 'db', tools: [{ name: 'drop', effects: ['delete'], source: 'catalog' }] },
  ],
  policies: { warnings: 0, findings: 0, rollout: 'enforce' },
  owners: [
    { id: 'ann', passkey: true, local: true },
    { id: 'bob', passkey: false, local: false },
  ],
  passkeys: true,
  bearer: 'never',
  keysDue: [],
  orphans: [],
  check: { state: 'good', ended: NOW - HOUR },
  records: 10,
  approvals: { pending: 1, oldest: NOW - 60_000 },
  definitions: { waiting: 0, poisoned: 0 },
}

const CASES: readonly (readonly [id: string, change: Partial<PostureFacts>, words: RegExp])[] = [
  ['records-bad', { check: { state: 'bad', message: 'a record is missing' } }, /missing/],
  [
    'policies-not-loaded',
    { policies: { ...BEST.policies, problem: 'a.cedar:1:1: no' } },
    /a\.cedar:1/,
  ],
  ['approvals-waiting', { approvals: { pending: 3, oldest: NOW - HOUR } }, /60 minutes/],
  ['definitions-waiting', { definitions: { waiting: 3, poisoned: 1 } }, /finds 1 of them poisoned/],
  ['observe-only', { servers: [{ ...SERVER, mode: 'observe' }] }, /`files`/],
  [
    'unclassified-tools',
    {
      servers: [
        { ...SERVER, tools: [{ name: 'write', effects: ['read', 'write'], source: 'inferred' }] },
      ],
    },
    /`files:write`/,
  ],
  [
    'policy-findings',
    {
      policies: {
        ...BEST.policies,
        findings: 2,
        first: { file: 'a.cedar', line: 3, message: 'it never applies' },
      },
    },
    /a\.cedar:3: it never applies/,
  ],
  ['policy-findings', { policies: { ...BEST.policies, warnings: 1 } }, /^$/],
  ['owners-without-passkey', { owners: [{ id: 'ann', passkey: false, local: true }] }, /`ann`/],
  ['orphaned-agents', { orphans: ['a', 'b', 'c', 'd', 'e'] }, /`a`, `b`, `c` and 2 more/],
  ['keys-due', { keysDue: ['build'] }, /`build`/],
  ['plain-servers', { servers: [{ ...SERVER, plain: true }] }, /`files`/],
  ['failing-servers', { servers: [{ ...SERVER, failures: 3 }] }, /`files`/],
  ['bearer-tokens', { bearer: 'allowed' }, /leaks/],
  ['rollout-observes', { policies: { ...BEST.policies, rollout: 'observe' } }, /do nothing/],
  ['records-unverified', { check: { state: 'good', ended: NOW - 200 * HOUR } }, /week/],
  ['records-unverified', { check: { state: 'failed', ended: NOW } }, /week/],
]

test('all is well', () => {
  expect(postureOf(BEST)).toEqual([])
})

test.each(CASES)('%s is said of %j', (id, change, words) => {
  const items = postureOf({ ...BEST, ...change })
  expect(items.map((item) => item.id)).toEqual([id])
  expect(items[0]?.detail).toMatch(words)
  expect(items[0]?.fix.label).not.toBe('')
})

test('every check has a case', () => {
  expect(new Set(CASES.map(([id]) => id)).size).toBe(CHECKS.length)
})

test('nothing is said of what nobody can tell, or help', () => {
  const few: Partial<PostureFacts> = {
    passkeys: false,
    owners: [{ id: 'ann', passkey: false, local: true }],
    check: { state: 'running' },
    bearer: 'users',
  }
  expect(postureOf({ ...BEST, ...few })).toEqual([])
  const { check: _, ...unchecked } = BEST
  expect(postureOf({ ...unchecked, records: 0 })).toEqual([])
})

test('the worst comes first', () => {
  const all = Object.assign({}, ...CASES.map(([, change]) => change)) as PostureFacts
  const ranks = postureOf({ ...BEST, ...all, check: { state: 'bad' } }).map(
    ({ severity }) => severity,
  )
  const order = ranks.map((severity) => ['critical', 'warning', 'info'].indexOf(severity))
  expect(order).toEqual([...order].sort())
  expect(ranks[0]).toBe('critical')
  expect(ranks.at(-1)).toBe('info')
})
