import { expect, test } from 'vitest'
import { losslessResult } from './lossless.ts'

test('what is changed and sent on says the same digits', () => {
  const resultText = '{"id":12345678901234567890,"rate":1.50e2,"small":0.1,"keep":[1,2]}'
  const tree = losslessResult({ kind: 'result', id: 1, result: JSON.parse(resultText), resultText })
  expect(JSON.stringify({ ...tree, more: true })).toBe(
    '{"id":12345678901234567890,"rate":1.50e2,"small":0.1,"keep":[1,2],"more":true}',
  )
})

test('an ordinary result is not parsed again', () => {
  const result = { a: 1 }
  expect(losslessResult({ kind: 'result', id: 1, result, resultText: '{"a":1}' })).toBe(result)
})
