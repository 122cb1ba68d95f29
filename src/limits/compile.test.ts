import { expect, test } from 'vitest'
import { limitsOf } from './testing/limits-of.ts'
import { atOnce, limit, request } from './testing/requests.ts'

test.each([
  ['a fraction', limit({ most: 1.5 }), '`most` is not a whole number'],
  ['a negative number', limit({ most: -1 }), '`most` is not a whole number'],
  ['no window', { ...limit(), every: 0 }, '`every` is not a duration'],
  [
    'no kind',
    { ...atOnce(1), unit: 'calls', every: 5 } as const,
    'it is neither a bucket nor a window',
  ],
  ['a window of what runs', atOnce(1, { every: 5 }), 'what runs at once has no window'],
  [
    'an amount of nothing',
    limit({ unit: 'amount' }),
    'a currency belongs to amounts, and to them alone',
  ],
  [
    'calls in euros',
    limit({ currency: 'EUR' }),
    'a currency belongs to amounts, and to them alone',
  ],
  [
    'a currency that is none',
    limit({ unit: 'amount', currency: 'euro' }),
    '`euro` is not a currency',
  ],
] as const)('%s is refused, at the start and later', async (_, definition, why) => {
  const message = `limit \`${definition.name}\` cannot be counted: ${why}`
  expect(() => limitsOf(definition)).toThrow(message)
  const limits = limitsOf(limit())
  limits.replace(definition)
  const refused = { code: 'limits_unavailable', message }
  await expect(limits.reserve(request(), [])).rejects.toMatchObject(refused)
  await expect(limits.left(request())).rejects.toMatchObject(refused)
})

test('two limits of one name are refused', () => {
  expect(() => limitsOf(limit(), limit())).toThrow('limit `calls` is defined twice')
})
