import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ToolEffect } from './access.ts'
import { ACCESS_LEVELS, allows, levelOf, scopeOf, toolOfScope, within } from './scope.ts'
import { request } from './testing/requests.ts'

const tool = (name: string, effects: readonly ToolEffect[] = ['read'], server = 'files') =>
  request('call', server, name, { effects }).target

describe('the level of a tool', () => {
  test.each([
    [['read'], 'read'],
    [['read', 'write'], 'write'],
    [['send'], 'write'],
    [['pay'], 'write'],
    [['delete'], 'write'],
    [['execute', 'read'], 'execute'],
    [['admin'], 'execute'],
    [[], 'execute'],
  ] as const)('of %j is %s', (effects, level) => {
    expect(levelOf({ effects })).toBe(level)
  })

  test('a level allows itself and what is below', () => {
    const allowed = ACCESS_LEVELS.map((scope) =>
      (['read', 'write', 'execute'] as const).map((effect) => allows([scope], tool('x', [effect]))),
    )
    expect(allowed).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ])
  })
})

describe('the scope of one tool', () => {
  test('is a scope token, and no other tool has it', () => {
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(name, name, (one, other) => {
        const scope = scopeOf(tool(one))
        // RFC 6749 section 3.3.
        expect(scope).toMatch(/^[!#-[\]-~]+$/)
        expect(toolOfScope(scope)).toEqual({ server: 'files', name: one })
        expect(allows([scope], tool(one, ['admin']))).toBe(true)
        expect(allows([scope], tool(other))).toBe(one === other)
        expect(allows([scope], tool(one, ['read'], 'mail'))).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  test('is never a level, nor that of prompts and resources', () => {
    const target = { ...tool('x'), kind: 'prompt' as const }
    expect(scopeOf(target)).toBe('files/prompts')
    expect(toolOfScope('files/prompts')).toBeUndefined()
    for (const level of ACCESS_LEVELS) expect(toolOfScope(level)).toBeUndefined()
    expect(
      allows([scopeOf(tool('prompts'))], {
        ...target,
        classification: tool('x', ['write']).classification,
      }),
    ).toBe(false)
  })

  test.each(['files:%', 'files:%zz', 'files:a b', 'Files:x', 'files:%41', ':x', 'files:'])(
    '%s is none',
    (scope) => {
      expect(toolOfScope(scope)).toBeUndefined()
    },
  )
})

describe('narrowing', () => {
  const scope = fc.constantFrom('read', 'write', 'execute', 'files:x', 'files:y', 'files/prompts')
  const scopes = fc.array(scope, { maxLength: 4 })

  test('what lies within allows nothing that was not allowed', () => {
    const target = fc
      .record({
        name: fc.constantFrom('x', 'y', 'z'),
        effect: fc.constantFrom('read', 'write', 'execute', 'pay', 'admin'),
      })
      .map(({ name, effect }) => tool(name, [effect as ToolEffect]))
    fc.assert(
      fc.property(scopes, scopes, target, (asked, given, aimed) => {
        if (within(asked, given) && allows(asked, aimed)) expect(allows(given, aimed)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test('a tool scope lies in no level, since the level of a tool can change', () => {
    expect(within(['files:x'], ['execute'])).toBe(false)
    expect(within(['read'], ['execute'])).toBe(true)
    expect(within(['execute'], ['read'])).toBe(false)
  })
})
