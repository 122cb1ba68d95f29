import { describe, expect, test } from 'vitest'
import { loadPolicies } from '../policy.ts'
import type { Definitions } from '../schema/definitions.ts'
import { definitionsOf, tool } from '../testing/definitions.ts'
import { lint } from './lint.ts'

const DEFINITIONS = definitionsOf(
  tool('mail:send', { to: { type: 'string' } }, { effects: ['send'] }),
  tool('files:read', { path: { type: 'string' } }, { effects: ['read'] }),
)

function found(rule: string, text: string, definitions?: Definitions): readonly string[] {
  const set = loadPolicies([{ file: 'a.cedar', text }])
  return lint(set, definitions)
    .filter((finding) => finding.rule === rule)
    .map(({ policy, severity, message }) => `${severity} ${policy}: ${message}`)
}

const ALL = '(principal, action, resource)'
const NAMED = 'context.provenance.destination.contains("untrusted")'
const LIFTED = '@liftedBy("approval") @approvers("self")'
const OPEN = `@id("p") permit ${ALL};`

describe('acts-without-flow', () => {
  test.each<[string, string, Definitions?]>([
    [OPEN, '`send`, `pay`, `delete`'],
    [`@id("p") permit ${ALL} when { resource.effects == ["read", "send"] };`, '`send`'],
    [`@id("p") permit ${ALL} when { resource.effects.contains("delete") };`, '`delete`'],
    [OPEN, '`send`', DEFINITIONS],
    [`@id("p") permit (principal, action, resource == Tool::"mail:send");`, '`send`', DEFINITIONS],
    // A forbid that only observes, or that looks at something else, stops nothing.
    [
      `${OPEN} @id("f") @mode("observe") forbid ${ALL} when { ${NAMED} };`,
      '`send`, `pay`, `delete`',
    ],
    [`${OPEN} @id("f") forbid ${ALL} when { context.args has x };`, '`send`, `pay`, `delete`'],
  ])('finds %s', (text, effects, definitions) => {
    expect(found('acts-without-flow', text, definitions)).toEqual([
      `info p: permits ${effects}, whoever’s text names where to and what`,
    ])
  })

  test.each<[string, Definitions?]>([
    [`${OPEN} @id("f") forbid ${ALL} when { ${NAMED} };`],
    [
      `${OPEN} @id("f") ${LIFTED} forbid ${ALL} when { context.flow.untrusted } unless { context.approval.granted };`,
    ],
    [`@id("p") permit ${ALL} when { resource.effects == ["read"] };`],
    [`@id("p") permit ${ALL} when { !${NAMED} };`],
    [`@id("p") permit (principal, action == Action::"read", resource);`],
    [`@id("p") @mode("observe") permit ${ALL};`],
    [`@id("p") permit (principal, action, resource == Tool::"files:read");`, DEFINITIONS],
    [`@id("p") forbid ${ALL};`],
  ])('passes %s', (text, definitions) => {
    expect(found('acts-without-flow', text, definitions)).toEqual([])
  })
})

describe('flow-without-way', () => {
  test.each([NAMED, 'context.flow.untrusted', 'context.flow has classes'])(
    'finds %s',
    (condition) => {
      const text = `@id("f") @reason("r") forbid ${ALL} when { ${condition} };`
      expect(found('flow-without-way', text)).toEqual([
        'warning f: forbids by where values came from, and leaves no way forward',
      ])
      // Once is enough.
      expect(found('no-remedy', text)).toEqual([])
    },
  )

  test.each([
    `@id("f") @remedy("r") forbid ${ALL} when { ${NAMED} };`,
    `@id("f") ${LIFTED} forbid ${ALL} when { ${NAMED} } unless { context.approval.granted };`,
    `@id("f") forbid ${ALL} when { context.args has x };`,
    `@id("p") permit ${ALL} when { !${NAMED} };`,
  ])('passes %s', (text) => {
    expect(found('flow-without-way', text)).toEqual([])
  })
})
