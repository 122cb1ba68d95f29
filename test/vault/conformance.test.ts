import { expect, test } from 'vitest'
import { runClientSuite, type ScenarioResult } from './conformance-run.ts'

// The official suite for clients, with the gateway as the OAuth client of the suite's servers.

/** Scenarios that pass. One that is not here may fail; one that is must not. */
const PASSING: readonly string[] = []

test('the gateway is an OAuth client as the suite has it', { timeout: 300_000 }, async () => {
  const results = await runClientSuite('--requirements', '2026-07-28')
  report(results)
  expect(failing(results)).toEqual([])
})

function failing(results: ReadonlyMap<string, ScenarioResult>): readonly string[] {
  return PASSING.filter((name) => results.get(name)?.passed !== true)
}

function report(results: ReadonlyMap<string, ScenarioResult>): void {
  for (const [name, { passed, problems, told }] of [...results].sort())
    process.stdout.write(
      passed
        ? `passed ${name}\n`
        : `failed ${name}\n  ${problems.join('\n  ')}\n${told.replace(/^/gm, '    ')}\n`,
    )
}
