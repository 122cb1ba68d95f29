import { describe, expect, test } from 'vitest'
import { loadPolicies } from '../policy.ts'
import { definitionsOf, tool } from '../testing/definitions.ts'
import type { Finding, KnownPrincipals } from './finding.ts'
import { lint } from './lint.ts'

const DEFINITIONS = definitionsOf(tool('mail:send', {}, { effects: ['send'] }), tool('files:read'))

function findings(
  screens: string,
  definitions?: typeof DEFINITIONS,
  principals?: KnownPrincipals,
): readonly Finding[] {
  const set = loadPolicies([{ file: 'd.yaml', text: `screens:\n${screens}` }])
  return lint(set, definitions, [], principals)
}

function rules(...args: Parameters<typeof findings>): readonly string[] {
  return findings(...args).map(({ rule, policy }) => `${rule} ${policy}`)
}

test('a screen that withholds for nobody is pointed at', () => {
  expect(findings('  a: { secret: withhold, injection: redact }')).toEqual([
    {
      ...{ file: 'd.yaml', line: 2, column: 1, rule: 'withhold-blocks', severity: 'warning' },
      policy: 'screen:a',
      message: 'withholds `secret`, and nobody may release it',
      fix: 'name `approvers`, or write `block`',
    },
  ])
  expect(rules('  a: { secret: withhold, approvers: [self] }')).toEqual([])
})

describe('a screen that never applies', () => {
  test.each([
    ['for: { tools: ["mail:sned"] }', true],
    ['for: { tools: ["mail:send"] }', false],
    ['for: { tools: ["mail:send"], effects: [read] }', true],
    ['for: { servers: [gone], actions: [call] }', true],
    // Its resources and prompts are not among the tools.
    ['for: { servers: [gone] }', false],
    ['for: { tools: ["mail:send"], actions: [read] }', true],
    ['for: { servers: [mail] }, except: { servers: [mail, files] }', true],
    ['except: {}', true],
    ['for: { servers: [mail] }, except: { tools: ["mail:send"] }', false],
    ['for: { effects: [delete], actions: [call] }', true],
  ])('%s: %s', (scope, never) => {
    const found = rules(`  a: { secret: block, ${scope} }`, DEFINITIONS)
    expect(found).toEqual(never ? ['screen-never-applies screen:a'] : [])
  })

  test('is not known without definitions', () => {
    expect(rules('  a: { secret: block, for: { tools: ["mail:sned"] } }')).toEqual([])
  })
})

describe('a screen that nobody needs', () => {
  test.each([
    ['  a: { secret: allow }', ['a']],
    ['  a: { secret: { action: allow, alert: true } }', []],
    ['  a: { secret: redact }\n  b: { secret: block }', ['a']],
    ['  a: { secret: redact }\n  b: { secret: redact }', ['b']],
    ['  a: { secret: { action: redact, alert: true } }\n  b: { secret: block }', []],
    ['  a: { secret: redact, for: { servers: [x] } }\n  b: { secret: block }', ['a']],
    ['  a: { secret: redact }\n  b: { secret: block, for: { servers: [x] } }', []],
    ['  a: { secret: redact, direction: inbound }\n  b: { secret: block }', ['a']],
    ['  a: { secret: redact }\n  b: { secret: block, direction: inbound }', []],
    ['  a: { secret: redact }\n  b: { secret: { action: block, types: [jwt] } }', []],
    ['  a: { secret: { action: redact, types: [jwt] } }\n  b: { secret: block }', ['a']],
    ['  a: { secret: { action: redact, certainty: hint } }\n  b: { secret: block }', []],
    ['  a: { secret: redact }\n  b: { secret: block, except: { servers: [x] } }', []],
    ['  a: { secret: redact, marking: meta }\n  b: { secret: block }', []],
    ['  a: { secret: redact, marking: meta }\n  b: { secret: block, marking: text }', ['a']],
    ['  a: { secret: redact }\n  b: { secret: block, mode: observe }', []],
    ['  a: { secret: redact, replaces: [c] }\n  b: { secret: block }\n  c: { secret: block }', []],
    [
      '  a: { secret: withhold, approvers: [self] }\n  b: { secret: withhold, approvers: ["user:x"] }',
      [],
    ],
  ])('%s', (screens, needless) => {
    expect(rules(screens)).toEqual(needless.map((name) => `needless-screen screen:${name}`))
  })
})

test('approvers that there are not', () => {
  const screens = '  a: { secret: withhold, approvers: [self, "group:onwers", "user:ada"] }'
  expect(findings(screens, undefined, { groups: ['owners'], users: ['ada'] })).toMatchObject([
    { rule: 'unknown-principal', policy: 'screen:a', message: expect.stringContaining('onwers') },
  ])
})
