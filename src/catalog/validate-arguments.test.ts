import { expect, test } from 'vitest'
import { compileArguments, violationText } from './validate-arguments.ts'

test('checks arguments against the input schema', () => {
  const validator = compileArguments({
    type: 'object',
    properties: { path: { type: 'string' } },
    required: ['path'],
  })
  expect(validator.violations({ path: '/tmp' })).toEqual([])
  expect(validator.violations({}).map(violationText)).toEqual(['it must have `path`'])
  expect(validator.violations({ path: 1 }).map(violationText)).toEqual(['`/path` must be a string'])
  expect(validator.weight).toBe(2)
})

test.each([undefined, null, true, [], 'object'])(
  'a tool without a schema (%j) is refused',
  (schema) => {
    expect(() => compileArguments(schema)).toThrow(
      expect.objectContaining({
        code: 'definition_unsupported',
        message: 'the definition has no input schema',
      }),
    )
  },
)

test('a member that only the prototype has does not count', () => {
  const validator = compileArguments({ type: 'object', required: ['toString'] })
  expect(validator.violations({})).toHaveLength(1)
})

test('a member named like the prototype is a member', () => {
  const schema = JSON.parse(
    '{"properties":{"__proto__":{"type":"string"}},"additionalProperties":false}',
  )
  const validator = compileArguments(schema)
  expect(validator.violations(JSON.parse('{"__proto__":"x"}'))).toEqual([])
  expect(validator.violations(JSON.parse('{"__proto__":1}'))).toHaveLength(1)
  expect(validator.violations(JSON.parse('{"constructor":1}'))).toHaveLength(1)
})
