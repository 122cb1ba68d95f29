import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkPolicy, DEFAULT_CLIENT_POLICY } from './client-policy.ts'
import { hostMatcher, hostPattern } from './host-pattern.ts'

describe('a pattern of hosts', () => {
  test.each([
    ['allowed.example', 'allowed.example', true],
    ['allowed.example', 'sub.allowed.example', false],
    ['allowed.example', 'evil-allowed.example', false],
    ['allowed.example', 'allowed.example.evil.example', false],
    ['.allowed.example', 'sub.allowed.example', true],
    ['.allowed.example', 'a.b.allowed.example', true],
    ['.allowed.example', 'allowed.example', false],
    ['.allowed.example', '.allowed.example', false],
    ['.allowed.example', 'evil-allowed.example', false],
    ['.allowed.example', 'evilallowed.example', false],
    ['.allowed.example', 'allowed.example.evil.example', false],
    ['.allowed.example', 'allowedXexample', false],
  ])('%s, host %s: %s', (pattern, host, fits) => {
    expect(hostPattern(pattern)(host)).toBe(fits)
  })

  test.each([
    '',
    '.',
    '..',
    '*',
    '*.example',
    'a..example',
    'a.example.',
    'A.example',
    'a.example/b',
    'a.example:443',
    'https://a.example',
    ' a.example',
    '-a.example',
    'ü.example',
    '..example',
  ])('%j is none', (pattern) => {
    expect(() => hostPattern(pattern)).toThrow(TypeError)
    expect(() => checkPolicy({ ...DEFAULT_CLIENT_POLICY, documentHosts: [pattern] })).toThrow(
      TypeError,
    )
    expect(() => checkPolicy({ ...DEFAULT_CLIENT_POLICY, registrationHosts: [pattern] })).toThrow(
      TypeError,
    )
  })

  test('no patterns fit nothing', () => {
    expect(hostMatcher([])('')).toBe(false)
    expect(hostMatcher([])('a.example')).toBe(false)
  })

  test('fits whole labels only', () => {
    const label = fc.stringMatching(/^[a-z0-9]{1,4}$/)
    const name = fc.array(label, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(name, name, (pattern, host) => {
        const tail = host.slice(-pattern.length).join('.') === pattern.join('.')
        expect(hostPattern(`.${pattern.join('.')}`)(host.join('.'))).toBe(
          tail && host.length > pattern.length,
        )
      }),
    )
  })
})

test.each([
  'javascript',
  'http',
  'https',
  'data',
  'file',
  'ws',
  'a',
  'Editor',
  'edi tor',
  'editor:',
  '',
])('the policy cannot allow scheme %j', (scheme) => {
  expect(() => checkPolicy({ ...DEFAULT_CLIENT_POLICY, privateSchemes: [scheme] })).toThrow(
    TypeError,
  )
})
