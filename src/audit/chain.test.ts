import { expect, test } from 'vitest'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { sha256 } from '../kernel/hash.ts'
import { chainHash, type Draft } from './chain.ts'

const DRAFT: Draft = {
  at: 1,
  kind: 'intent',
  call: 'c',
  server: 's',
  target: 't"é',
  outcome: null,
  subject: 'user:ann',
  client: 'editor',
  grant: 'g',
  body: '{"a":1}',
}
const PREV = '0'.repeat(64)

test('the hash is that of the canonical JSON of all columns', () => {
  const all = { ...DRAFT, body: { a: 1 }, prev: PREV, seq: 7 }
  expect(chainHash(DRAFT, 7, PREV)).toBe(sha256(canonicalJson(all)))
})

test('a record from before subject, client and grant were columns has the hash that it had', () => {
  const { subject: _s, client: _c, grant: _g, ...old } = DRAFT
  const before = { ...old, body: { a: 1 }, prev: PREV, seq: 7 }
  const now = { ...DRAFT, subject: null, client: null, grant: null }
  expect(chainHash(now, 7, PREV)).toBe(sha256(canonicalJson(before)))
})
