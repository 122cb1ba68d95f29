import { expect, test } from 'vitest'
import { compileResult } from './validate-result.ts'

const validator = compileResult({
  type: 'object',
  properties: { temperature: { type: 'number' } },
  required: ['temperature'],
})

test('structured content must conform', () => {
  expect(validator.violations({ content: [], structuredContent: { temperature: 21 } })).toEqual([])
  expect(validator.violations({ content: [], structuredContent: { temperature: 'hot' } })).toEqual([
    { pointer: '/temperature', message: 'must be a number' },
  ])
  expect(validator.violations({ resultType: 'complete', structuredContent: [] })).toHaveLength(1)
})

test('structured content must be there', () => {
  expect(validator.violations({ content: [{ type: 'text', text: '{"temperature":21}' }] })).toEqual(
    [{ pointer: '', message: 'must have structured content' }],
  )
})

test.each([{ isError: true }, { resultType: 'input_required' }])(
  '%j promises nothing yet',
  (result) => {
    expect(validator.violations(result)).toEqual([])
  },
)

test('a tool without a schema promises nothing', () => {
  expect(compileResult(undefined).violations({ content: [] })).toEqual([])
})

test.each([null, true, []])('a schema that is none (%j) is refused', (schema) => {
  expect(() => compileResult(schema)).toThrow(
    expect.objectContaining({
      code: 'definition_unsupported',
      message: 'the definition has an output schema that is not an object',
    }),
  )
})
