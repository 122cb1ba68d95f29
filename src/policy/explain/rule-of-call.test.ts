import fc from 'fast-check'
import { expect, test } from 'vitest'
import { request } from '../../kernel/testing/requests.ts'
import { decisionPoint, loadPolicies } from '../policy.ts'
import { ruleOfCall } from './rule-of-call.ts'

const NAME = fc.oneof(
  fc.constantFrom('to', 'has', 'in', 'x-y', 'ü', 'a b', '"', '\\', '__proto', 'if'),
  fc
    .string({ minLength: 1, unit: 'binary' })
    .filter((name) => name.isWellFormed() && name !== '__proto__'),
)
const VALUE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('*', '"; permit (principal, action, resource); //', '\\u{0}', '\u2028'),
  fc.boolean(),
  fc.maxSafeInteger(),
)

test('a rule is for exactly the call that it was made of', () => {
  fc.assert(
    fc.property(
      NAME,
      VALUE,
      VALUE,
      fc.constantFrom('read', 'x"y', 'ü'),
      (name, value, other, tool) => {
        const call = request('call', 'files', tool, { arguments: { [name]: value } })
        const text = ruleOfCall(call, { id: 'made', effect: 'permit', arguments: [name] })
        const point = decisionPoint(loadPolicies([{ file: 'made.cedar', text }]))
        const effect = (changed: object) => point.decide({ ...call, ...changed }).effect
        expect(effect({})).toBe('permit')
        expect(effect({ arguments: { [name]: value, more: 1 } })).toBe('permit')
        expect(effect({ arguments: {} })).toBe('deny')
        if (other !== value) expect(effect({ arguments: { [name]: other } })).toBe('deny')
        expect(effect({ subject: { ...call.subject, id: 'somebody' } })).toBe('deny')
        expect(effect({ target: { ...call.target, name: 'other' } })).toBe('deny')
        expect(effect({ target: { ...call.target, server: 'other' } })).toBe('deny')
      },
    ),
  )
})

test('a rule without arguments is for any', () => {
  const call = request('call', 'files', 'read', { arguments: { path: '/x' } })
  const text = ruleOfCall(call, { id: 'never', effect: 'forbid', arguments: [] })
  const [policy] = loadPolicies([{ file: 'a.cedar', text }]).policies
  expect(policy?.rule).toMatchObject({ effect: 'forbid', conditions: [] })
})

test.each([[['gone']], [['list']], [['nothing']], [['half']]])('refuses %j', (names) => {
  const call = request('call', 'files', 'read', {
    arguments: { list: [1], nothing: null, half: 1.5 },
  })
  expect(() => ruleOfCall(call, { id: 'a', effect: 'permit', arguments: names })).toThrow(
    expect.objectContaining({ code: 'params_invalid' }),
  )
})
