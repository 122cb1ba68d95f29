import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinName, splitName } from './names.ts'

const server = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/)
const tool = fc.stringMatching(/^[A-Za-z0-9_.-]{1,63}$/)

test('a joined name splits into what it was made of', () => {
  fc.assert(
    fc.property(server, tool, (s, t) => {
      const joined = joinName(s, t)
      expect(joined).toBeDefined()
      expect(splitName(joined ?? '')).toEqual({ server: s, name: t })
    }),
  )
})

test('two pairs never share a name', () => {
  const tricky = fc.stringMatching(/^[a_]{1,4}$/)
  fc.assert(
    fc.property(tricky, tricky, tricky, tricky, (s1, t1, s2, t2) => {
      const [one, two] = [joinName(s1, t1), joinName(s2, t2)]
      if (one !== undefined && one === two) expect([s1, t1]).toEqual([s2, t2])
    }),
    { numRuns: 2_000 },
  )
})

test('splitting is total, and inverse to joining wherever it succeeds', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z_-]{0,12}$/)), (text) => {
      const parts = splitName(text)
      if (parts) expect(joinName(parts.server, parts.name)).toBe(text)
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['files__read', { server: 'files', name: 'read' }],
  ['files___read', { server: 'files', name: '_read' }],
  ['files__a__b', { server: 'files', name: 'a__b' }],
  ['files_read', undefined],
  ['__read', undefined],
  ['files__', undefined],
  ['Files__read', undefined],
  ['fi_les__read', undefined],
  [`files__${'x'.repeat(122)}`, undefined],
])('splits %s', (joined, parts) => {
  expect(splitName(joined)).toEqual(parts)
})

test('a name that would be too long has no joined form', () => {
  expect(joinName('files', 'x'.repeat(121))).toHaveLength(128)
  expect(joinName('files', 'x'.repeat(122))).toBeUndefined()
  expect(joinName('a_', 'b')).toBeUndefined()
})
