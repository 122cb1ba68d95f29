import fc from 'fast-check'
import { expect, test } from 'vitest'
import { glob, textGlob } from './glob.ts'

test.each([
  ['**/.env*', '/srv/.env', true],
  ['**/.env*', '/.env.local', true],
  ['**/.env*', '/srv/x.env', false],
  ['/srv/*/b', '/srv/a/b', true],
  ['/srv/*/b', '/srv/a/a/b', false],
  ['/srv/**/b', '/srv/b', true],
  ['/srv/**/b', '/srv/a/a/b', true],
  ['/srv/**', '/srv', true],
  ['/srv/**', '/srvx', false],
  ['**/**/a', '/a', true],
  ['/a?c', '/abc', true],
  ['/a?c', '/a😀c', true],
  ['/a?c', '/ac', false],
  ['/*', '/', false],
])('%s against %s is %s', (pattern, path, matches) => {
  const segments = (text: string) => text.split('/').filter((part) => part !== '')
  expect(glob(segments(pattern))(segments(path))).toBe(matches)
})

/** The same as a regular expression, which may take for ever on long texts, but not on short ones. */
function expression(pattern: string): RegExp {
  const parts = [...pattern].map((one) => (one === '*' ? '[^]*' : one === '?' ? '[^]' : one))
  return new RegExp(`^${parts.join('')}$`, 'u')
}

test('a glob over a text matches what the same regular expression matches', () => {
  const seen = { yes: 0, no: 0 }
  const letters = fc.constantFrom('a', 'b', 'é')
  const pattern = fc.array(fc.oneof(letters, fc.constantFrom('*', '?')), { maxLength: 6 })
  const property = fc.property(pattern, fc.array(letters, { maxLength: 6 }), (wanted, text) => {
    const matches = textGlob(wanted.join(''))(text.join(''))
    expect(matches).toBe(expression(wanted.join('')).test(text.join('')))
    seen[matches ? 'yes' : 'no'] += 1
  })
  fc.assert(property, { numRuns: 2000 })
  expect(seen.yes).toBeGreaterThan(10)
  expect(seen.no).toBeGreaterThan(10)
})

test('a pattern that makes others try for ever is answered', () => {
  // A backtracking matcher needs some 10^28 steps for it.
  expect(textGlob(`${'*a'.repeat(20)}b`)('a'.repeat(2_000))).toBe(false)
  const folders = [...Array(20).fill(['**', 'a']).flat(), 'b']
  expect(glob(folders)(Array(2_000).fill('a'))).toBe(false)
})
