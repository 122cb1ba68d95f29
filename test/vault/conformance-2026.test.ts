import { expect, test } from 'vitest'
import { failedOf, runClientSuite } from './conformance-run.ts'

// All that the revision requires of an OAuth client, and the extensions that are not required.

/** The one extension that the gateway has no way for: the word of a platform about a workload as a grant. */
const ABSENT = ['auth/wif-jwt-bearer']

test('in the revision of 2026-07-28, with its extensions', { timeout: 300_000 }, async () => {
  const results = await runClientSuite('--requirements', '2026-07-28')
  expect(failedOf(results)).toEqual(ABSENT)
  expect(results.size).toBeGreaterThanOrEqual(31)
})
