import { expect, test } from 'vitest'
import { runConformance } from './run.ts'

// The official suite, at the revisions whose requirements it freezes.
test('the reference server conforms, and through the gateway it gives the same results', {
  timeout: 300_000,
}, async () => {
  const results = await runConformance(true)
  expect(results.flatMap(({ problems }) => problems)).toEqual([])
  expect(results.map(({ lines }) => lines.map((line) => line.split(',')[0]))).toEqual([
    [
      '2026-07-28 direct:  37/37 required scenarios',
      '2026-07-28 through: 37/37 required scenarios',
    ],
    [
      '2025-11-25 direct:  30/30 required scenarios',
      '2025-11-25 through: 30/30 required scenarios',
    ],
  ])
})
