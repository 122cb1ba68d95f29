import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readChallenges } from './challenge.ts'
import { covers } from './protected-resource.ts'

test.each<[string, object]>([
  ['Bearer', {}],
  ['Bearer error="invalid_token", scope="a b a"', { error: 'invalid_token', scopes: ['a', 'b'] }],
  ['bearer  error = invalid_token', { error: 'invalid_token' }],
  ['Basic error="x", DPoP error="y", algs="ES256"', { error: 'y' }],
  ['Basic realm="Bearer error=no"', {}],
  ['Bearer error="a\\"b"', { error: 'a"b' }],
  ['Bearer error="first", error="second"', { error: 'first' }],
  ['Bearer resource_metadata="https://a.example/x"', { resourceMetadata: 'https://a.example/x' }],
  ['Bearer error="open', {}],
  ['"', {}],
])('%s', (text, expected) => {
  const none = { error: undefined, scopes: undefined, resourceMetadata: undefined }
  expect(readChallenges([text])).toEqual({ ...none, ...expected })
})

test('any text is read, in bounds', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
      const { scopes = [] } = readChallenges(texts)
      expect(scopes.length).toBeLessThanOrEqual(64)
    }),
    { numRuns: 100 },
  )
  expect(readChallenges([`Bearer scope="${'a '.repeat(100_000)}"`]).scopes).toBeUndefined()
})

test.each<[string, boolean]>([
  ['https://a.example/mcp', true],
  ['https://a.example/mcp/', true],
  ['https://a.example', true],
  ['https://a.example/', true],
  ['https://a.example/mc', false],
  ['https://a.example/mcp/x', false],
  ['https://a.example/mcp#x', false],
  ['https://a.example/mcp?x=1', false],
  ['https://u@a.example/mcp', false],
  ['http://a.example/mcp', false],
  ['https://a.example:444/mcp', false],
  ['mcp', false],
])('the resource %s has the server in it: %s', (resource, is) => {
  expect(covers(resource, 'https://a.example/mcp')).toBe(is)
})
