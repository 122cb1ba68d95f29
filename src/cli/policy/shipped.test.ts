import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { STARTER_POLICIES } from '../../config/schema.ts'
import { lint } from '../../policy/lint/lint.ts'
import { loadPolicies, type PolicySource } from '../../policy/policy.ts'
import { policySources, readPolicyTests, STARTERS } from '../policy-files.ts'
import { runPolicyTests } from './run-policy-tests.ts'

const CONFIG = { places: {}, servers: {} }
const SETS = [...STARTER_POLICIES]
const PACKS = readdirSync(join(STARTERS, 'packs')).sort()

function filesOf(...names: readonly string[]) {
  const setting = { policies: names, folder: STARTERS, places: {} }
  return { policies: policySources(setting), tests: readPolicyTests(setting), config: CONFIG }
}

function packOf(name: string): string {
  return `./packs/${name}`
}

const ALL = [...SETS, ...PACKS.map(packOf)]

/** Sets that are there to permit everything, and are warned of for it. */
const OPEN: readonly string[] = ['observe', 'acting']

test('every folder is a set or a pack', () => {
  const folders = readdirSync(STARTERS).filter((name) => name !== 'packs')
  expect(folders.sort()).toEqual([...SETS].sort())
  expect(PACKS.length).toBeGreaterThanOrEqual(6)
})

const EXAMPLE_GUARDS = `guards:
  company-mail: { recipients: { domains: [example.com] } }
  project: { path: { within: [/srv] } }
`

/** What stands in comments as an example: Cedar, indented. */
function examplesIn(text: string): string {
  const lines = (text.match(/^\/\/(?: {3}.*)?$/gm) ?? []).map((line) => line.slice(5))
  return lines.slice(lines.findIndex((line) => line.startsWith('@id'))).join('\n')
}

test.each(['balanced', 'strict'])('the examples of %s can be copied beside it', (name) => {
  const { policies } = filesOf(name)
  const own = new Set(loadPolicies(policies).policies.map(({ id }) => id))
  const examples = policies.map(({ text }) => ({ file: 'a.cedar', text: examplesIn(text) }))
  const guards = { file: 'a.yaml', text: EXAMPLE_GUARDS }
  const set = loadPolicies([...policies, ...examples, guards], { realRoot: (folder) => folder })
  expect(set.policies.length).toBeGreaterThan(own.size)
  const warnings = lint(set).filter(({ severity }) => severity === 'warning')
  expect(warnings.filter(({ policy }) => !own.has(policy))).toEqual([])
})

describe.each(ALL)('%s', (name) => {
  test('decides as its tests say; each policy decides in one, each mutation fails one', async () => {
    const { reports, uncovered, survivors } = await runPolicyTests(filesOf(name))
    const failed = reports.flatMap(({ file, problems, results }) => [
      ...problems.map(({ line, message }) => `${file}:${line}: ${message}`),
      ...results
        .filter(({ passed }) => !passed)
        .map((result) => `${result.name}: ${result.differences.join('; ')}`),
    ])
    expect(failed).toEqual([])
    expect(reports.flatMap(({ results }) => results).length).toBeGreaterThan(2)
    expect(uncovered).toEqual([])
    expect(survivors()).toMatchObject({ survivors: [], truncated: false })
  })

  test('has nothing that lint warns of, and says why and what else', async () => {
    const files = filesOf(name)
    const { set } = await runPolicyTests(files)
    const findings = lint(set, undefined, files.policies)
    const warnings = findings.filter(({ severity }) => severity === 'warning')
    expect(warnings.map(({ rule }) => rule)).toEqual(
      OPEN.includes(name) ? ['permit-everything', 'unlimited-power'] : [],
    )
    expect(set.warnings).toEqual([])
    for (const { id, rule, reason, remedy } of set.policies) {
      expect({ id, reason }).toEqual({ id, reason: expect.any(String) })
      if (rule.effect === 'forbid')
        expect({ id, remedy }).toEqual({ id, remedy: expect.any(String) })
    }
  })
})

/** The tests of a pack, held against all policies instead of its own alone. */
function together(tests: readonly PolicySource[]): readonly PolicySource[] {
  return tests.map(({ file, text }) => ({
    file,
    text: text.replace('policies: own', 'policies: all'),
  }))
}

describe.each(PACKS)('pack %s', (name) => {
  const STAND_IN = /\bmy-[a-z]+\b/g

  test('calls its server by one name, which all of its names begin with', async () => {
    const { policies, tests } = filesOf(packOf(name))
    const used = new Set([...policies, ...tests].flatMap(({ text }) => text.match(STAND_IN) ?? []))
    expect([...used]).toHaveLength(1)
    const [prefix = ''] = used
    const { set } = await runPolicyTests(filesOf(packOf(name)))
    const names = [
      ...set.policies.map(({ id }) => id),
      ...[...set.guards, ...set.limits, ...set.screens].map((one) => one.name),
    ]
    expect(names.filter((one) => !one.startsWith(prefix))).toEqual([])
  })

  // What only its own silence denies, another set may permit: a pack closes by forbids what it must.
  test.each(['balanced', 'strict'])('beside %s it opens nothing that it forbids', async (set) => {
    const own = filesOf(packOf(name))
    const { policies } = filesOf(set, packOf(name))
    const alone = await runPolicyTests(own)
    const beside = await runPolicyTests({ policies, tests: together(own.tests), config: CONFIG })
    const verdicts = beside.reports.flatMap(({ results }) => results)
    const opened = alone.reports
      .flatMap(({ results }) => results)
      .filter(
        ({ actual }, index) =>
          actual.verdict !== 'permit' &&
          !actual.by.includes('no-permit') &&
          verdicts[index]?.actual.verdict === 'permit',
      )
    expect(opened.map((one) => one.name)).toEqual([])
  })
})

describe('flow beside', () => {
  test.each([
    ['balanced', 'flow', 'acting'],
    ['strict', 'flow', 'acting'],
    ['observe', 'flow'],
    ['balanced', 'flow', ...PACKS.filter((name) => name === 'mail').map(packOf)],
  ])('%s and others it loads without a warning, and holds all the same', async (...names) => {
    const tests = filesOf('flow').tests.map(({ file, text }) => ({
      file,
      text: text
        .replace(/^policies: own\nelsewhere: permit$/m, 'policies: all')
        .replaceAll(', by: [elsewhere]', ''),
    }))
    const { policies } = filesOf(...names)
    const proof = await runPolicyTests({ policies, tests, config: CONFIG })
    const verdicts = proof.reports.flatMap(({ results }) => results.map(({ actual }) => actual))
    const held = verdicts.filter(({ by }) => by.some((id) => FORBIDS.has(id)))
    expect(proof.set.warnings).toEqual([])
    expect(held.length).toBeGreaterThan(25)
    expect(held.filter(({ verdict }) => verdict === 'permit')).toEqual([])
  })

  test('every forbid can be lifted by the person whose call it is, together with each other one', () => {
    const { policies } = loadPolicies(filesOf('flow').policies)
    expect(policies.map(({ rule }) => rule.effect)).toEqual(policies.map(() => 'forbid'))
    for (const { lift } of policies)
      expect(lift).toMatchObject({ approvers: ['group:owners', 'self'], quorum: 1 })
  })
})

const FORBIDS = new Set(loadPolicies(filesOf('flow').policies).policies.map(({ id }) => id))
