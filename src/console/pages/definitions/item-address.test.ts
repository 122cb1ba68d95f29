import { expect, test } from 'vitest'
import { itemPlace, namedBy } from './item-address.ts'

const DIGEST = '0a'.repeat(32)

test.each(['read_note', 'file:///a/b%2Fc?d#e', '', 'a\u202eb'])(
  'the address of %j names it',
  (name) => {
    const item = { server: 'my.office', kind: 'resources', name, digest: DIGEST } as const
    const { part = '', search = {} } = itemPlace(item, { status: 'approved', name: 'another' })
    expect(namedBy(part, search)).toEqual(item)
    expect(search['status']).toBe('approved')
  },
)

test('an address of something else names nothing', () => {
  expect(namedBy('office.tools.short', {})).toBeUndefined()
  expect(namedBy(`tools.${DIGEST}`, {})).toBeUndefined()
})
