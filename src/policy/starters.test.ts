import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import type { Action, Decision, ToolEffect } from '../kernel/access.ts'
import { decisionPoint, loadPolicies } from './policy.ts'
import { request } from './testing/requests.ts'

const HERE = import.meta.dirname
const goldens = globSync(join(HERE, 'testing/starters/*.txt')).map((path) => {
  const text = readFileSync(path, 'utf8')
  const names = /^# policies: (.*)$/m.exec(text)?.[1]?.split(' ') ?? []
  const cases = text
    .replaceAll(/^#.*\n/gm, '')
    .trim()
    .split(/\n\n+/)
    .map((one) => one.split('\n----------\n'))
  return { name: basename(path, '.txt'), policies: starters(names), cases }
})

function starters(names: readonly string[]) {
  const files = names.flatMap((name) => globSync(join(HERE, `../../policies/${name}/*.cedar`)))
  return loadPolicies(files.map((file) => ({ file, text: readFileSync(file, 'utf8') })))
}

/** Reads `action server:name [effects] {arguments}`. */
function parseRequest(line: string) {
  const [, action, server = '', name = '', effects = '', args = ''] =
    /^(\w+) ([^:]+):(\S+) \[(.*?)\] (\{.*\})$/.exec(line) ?? []
  return request(action as Action, server, name, {
    effects: effects.split(',').filter(Boolean) as ToolEffect[],
    arguments: JSON.parse(args),
  })
}

/** Writes `effect ids`, with the reason where no policy has said one, and the ids that erred. */
function summary(decision: Decision): string {
  const ids = decision.determining.map(({ policy, reason }) =>
    policy === 'no-permit' ? `${policy}: ${reason}` : policy,
  )
  const errors = decision.effect === 'deny' ? decision.errors : []
  return [decision.effect, ...ids, ...errors].join(' ')
}

test('there are golden files for every starter', () => {
  expect(goldens.map(({ name }) => name).sort()).toEqual(['balanced', 'observe', 'playground'])
})

for (const { name, policies, cases } of goldens) {
  test.each(cases)(`${name}: %s`, (line = '', expected = '') => {
    expect(summary(decisionPoint(policies).decide(parseRequest(line)))).toBe(expected)
  })
}

test('every policy of a starter says why', () => {
  for (const { policies } of goldens) {
    for (const { rule, reason, remedy } of policies.policies) {
      expect(reason).toBeDefined()
      if (rule.effect === 'forbid') expect(remedy).toBeDefined()
    }
  }
})
