import { expect, test } from 'vitest'
import { failedOf, runClientSuite } from './conformance-run.ts'

// The official suite for clients, with the gateway as the OAuth client of the suite's servers.

test('in the revision of 2025-11-25', { timeout: 300_000 }, async () => {
  const results = await runClientSuite('--suite', 'auth')
  expect(failedOf(results)).toEqual([])
  expect(results.size).toBeGreaterThanOrEqual(14)
})

test('servers of 2025-03-26, which say nothing of themselves', { timeout: 300_000 }, async () => {
  const results = await runClientSuite('--suite', 'backcompat')
  expect(failedOf(results)).toEqual([])
  expect(results.size).toBe(2)
})
