import { type Finding, findingsOf, problemsOf } from '../document/findings.ts'
import { issueMessage } from '../document/messages.ts'
import { readYaml } from '../document/read-yaml.ts'
import type { PolicySource } from '../policy.ts'
import { locator, type PolicyProblem } from '../problem.ts'
import type { Definitions } from '../schema/definitions.ts'
import { type Given, testFileSchema, type WrittenTest } from './test-schema.ts'
import { type PolicyTest, toTest } from './to-test.ts'
import { EMPTY_WORLD, type TestWorld } from './world-schema.ts'

export interface PolicyTestFile {
  readonly file: string
  readonly name: string
  /** Which policies decide: those of the file's own folder, or all that are tested. */
  readonly policies: 'own' | 'all'
  /** Whether other policies permit everything. */
  readonly elsewhere: 'permit' | undefined
  readonly world: TestWorld
  readonly tests: readonly PolicyTest[]
  /** What is wrong with the file. Then there are no tests. */
  readonly problems: readonly PolicyProblem[]
}

/**
 * Reads a file of policy tests. All that is wrong in it is a problem with its place. With
 * `definitions`, a tool has the classification that it really has, unless the test says otherwise,
 * and a tool that does not exist is a problem.
 */
export function readPolicyTests(
  { file, text }: PolicySource,
  definitions?: Definitions,
): PolicyTestFile {
  const yaml = readYaml(text, locator(file, text))
  const nothing = {
    file,
    name: file,
    policies: 'all',
    elsewhere: undefined,
    world: EMPTY_WORLD,
    tests: [],
  } as const
  if (yaml.value === undefined) return { ...nothing, problems: yaml.problems }
  const parsed = testFileSchema.safeParse(yaml.value, { error: issueMessage })
  if (!parsed.success) {
    return { ...nothing, problems: problemsOf(yaml, findingsOf(testFileSchema, parsed.error)) }
  }
  const { name, policies, elsewhere, world, defaults = {}, tests } = parsed.data
  const merged = tests.map((test) => merge(defaults, test))
  const made = merged.map((test, index) =>
    toTest(test, yaml.placeOf(['tests', index]), definitions),
  )
  const findings = [
    ...made.flatMap((one, index) =>
      'path' in one ? [{ ...one, path: ['tests', index, ...one.path] }] : [],
    ),
    ...repeated(tests),
  ]
  if (findings.length > 0) return { ...nothing, problems: problemsOf(yaml, findings) }
  const ready = made.filter((one) => 'request' in one)
  return { file, name, policies, elsewhere, world, tests: ready, problems: [] }
}

/** A test that names its target takes no part of the target from the defaults. */
function merge(defaults: Given, test: WrittenTest): WrittenTest {
  const target = ['tool', 'prompt', 'resource'] as const
  const { tool, prompt, resource, action, ...others } = defaults
  if (target.some((kind) => test[kind] !== undefined)) return { ...others, ...test }
  const named = { tool, prompt, resource, action }
  const known = Object.entries(named).filter(([, value]) => value !== undefined)
  return { ...others, ...Object.fromEntries(known), ...test }
}

function repeated(tests: readonly WrittenTest[]): readonly Finding[] {
  const seen = new Set<string>()
  return tests.flatMap(({ name }, index) => {
    if (!seen.has(name)) {
      seen.add(name)
      return []
    }
    return [{ path: ['tests', index, 'name'], message: 'another test has this name' }]
  })
}
