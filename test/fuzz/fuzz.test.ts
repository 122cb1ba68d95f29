import fc from 'fast-check'
import { test } from 'vitest'
import { hostileText } from './inputs.ts'
import { TARGETS } from './targets.ts'

// As many hostile texts as fit into a time: nothing crashes, and what comes out is inside what went in.
// `FUZZ_SECONDS` sets how long all of it takes, `PROPERTY_SEED` which texts it tries.

const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 16)
const names = Object.keys(TARGETS)
const share = (SECONDS * 1000) / names.length

test.each(names)('%s: takes what anybody makes up', { timeout: 4 * share + 60_000 }, (name) => {
  const target = TARGETS[name]
  fc.assert(
    fc.property(hostileText, (text) => target?.(text)),
    {
      numRuns: 100_000_000,
      interruptAfterTimeLimit: share,
      // Each is short for itself.
      endOnFailure: SECONDS > 60,
    },
  )
})
