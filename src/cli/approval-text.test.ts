import { expect, test } from 'vitest'
import type { RequestView } from '../admin/approvals/views.ts'
import { requestText, timeLeft } from './approval-text.ts'

const NOW = Date.parse('2026-11-21T10:00:00.000Z')
const LONG = `${'x'.repeat(20_000)}\u202eend`

const APPROVAL: RequestView = {
  ...{ id: 'a-1', state: 'pending', digest: 'd'.repeat(64), subject: 'user:ann', client: 'app' },
  ...{ server: 'bank', target: 'transfer\u001b[2J', requesters: ['ann'], call: 'c-1' },
  ...{ policies: 'p'.repeat(64), similar: { approved: 2, declined: 1, expired: 0 }, votes: [] },
  ...{ created: '2026-11-21T09:59:00.000Z', expires: '2026-11-21T10:04:10.000Z' },
  lift: {
    ...{ approvers: ['group:finance'], quorum: 1, each: false, assurance: 'passkey' },
    ...{ pattern: 0, maxAge: 600_000 },
  },
  determining: [{ policy: 'pay', reason: 'payments need a second person' }],
  arguments: { to: 'NL00', note: LONG, more: { lines: 'a\nb' } },
  facts: {},
}

function textOf(approval: RequestView, why?: string): string {
  const shown = { approval, mayAnswer: why === undefined, ...(why === undefined ? {} : { why }) }
  return requestText(shown, 'https://gateway.example/console/approvals/a-1', NOW).join('\n')
}

test('a request is shown whole, and nothing of it commands the terminal or hides', () => {
  const text = textOf(APPROVAL)
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  const json = /arguments:\n(\{.*?\n\})/s.exec(text)?.[1] ?? ''
  expect(JSON.parse(json)).toEqual(APPROVAL.arguments)
  for (const part of [
    'pending; 4m 10s left, until 2026-11-21T10:04:10.000Z',
    'payments need a second person (pay)',
    '1 of `group:finance` may approve it, with a passkey, for 10m',
    '2 approved, 1 declined, 0 expired',
    'd'.repeat(64),
    'answer at https://gateway.example/console/approvals/a-1',
  ])
    expect(text).toContain(part)
})

test('what leaves in place of the call is shown with it', () => {
  const forwarded = { server: 'db', target: 'query', arguments: { sql: 'DROP TABLE t' } }
  const text = textOf({ ...APPROVAL, forwarded })
  expect(text).toContain('leaves as query of db:\n{\n  "sql": "DROP TABLE t"\n}')
})

test.each([
  ['roles', 'what the call carries is not for your roles'],
  ['kept', 'what the call carries is no longer kept'],
] as const)('what is not shown is said: %s', (withheld, said) => {
  const { arguments: _, facts: __, ...rest } = APPROVAL
  const text = textOf({ ...rest, withheld })
  expect(text).toContain(said)
  expect(text).not.toContain('arguments:')
})

test('who answered, how, and why one cannot', () => {
  const vote = { user: 'bo', verdict: 'decline', standsFor: 'group:finance', at: 'T' } as const
  const votes = [
    { ...vote, assurance: 'session', channel: 'chat', comment: 'no\u001b[2J' } as const,
  ]
  const text = textOf({ ...APPROVAL, state: 'declined', votes }, 'it is your own call')
  expect(text).toContain('decline by user:bo, T (session, chat): no\\u{1b}[2J')
  expect(text).toContain('you cannot answer this: it is your own call')
  expect(text).not.toContain('answer at')
})

test.each([
  [10_000, '10s'],
  [59_001, '1m 0s'],
  [7_260_000, '2h 1m'],
  [0, 'none'],
  [-5, 'none'],
])('what is left of %i milliseconds: %s', (rest, said) => {
  expect(timeLeft(new Date(NOW + rest).toISOString(), NOW)).toBe(said)
})
