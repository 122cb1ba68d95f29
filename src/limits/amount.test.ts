import { describe, expect, test } from 'vitest'
import type { AccessRequest } from '../kernel/access.ts'
import { NO_FACTS } from '../kernel/facts.ts'
import { limitsOf, passed, times } from './testing/limits-of.ts'
import { limit, paying, request } from './testing/requests.ts'

describe('amounts', () => {
  const budget = limit({
    name: 'budget',
    unit: 'amount',
    currency: 'EUR',
    most: 50_000,
    every: 86_400_000,
    applies: { effects: ['pay'] },
  })
  const reason = async (call: AccessRequest) => {
    const answer = await limitsOf(budget).reserve(call, [])
    return 'limit' in answer ? answer : 'passes'
  }

  test('are summed exactly', async () => {
    const limits = limitsOf(budget)
    expect(await passed(limits, times(10, paying(['0.10', 'EUR'], ['0.20', 'EUR'])))).toBe(10)
    expect(await limits.left(paying())).toEqual({ budget: { left: 49_700, most: 50_000 } })
    expect(await passed(limits, [paying(['497.01', 'EUR']), paying(['497.00', 'EUR'])])).toBe(1)
    expect(await passed(limits, [paying(['0', 'EUR']), paying(['0.01', 'EUR'])])).toBe(1)
  })

  test.each([
    ['more than there ever is', paying(['500.01', 'EUR']), 'this is more'],
    ['more than a number holds', paying(['9'.repeat(30), 'EUR']), 'this is more'],
    ['another currency', paying(['1', 'EUR'], ['1', 'USD']), 'an amount is not in EUR'],
    ['no currency', paying(['1']), 'the currency of an amount is not known'],
    ['no amount', paying(), 'no argument is known to be the amount'],
    [
      'a negative amount',
      paying(['5', 'EUR'], ['-5', 'EUR']),
      'an amount cannot be counted in EUR',
    ],
    ['parts of a cent', paying(['0.001', 'EUR']), 'an amount cannot be counted in EUR'],
    ['an endless amount', paying(['1'.repeat(50), 'EUR']), 'an amount cannot be counted in EUR'],
    ['no number', paying(['1e3', 'EUR']), 'an amount cannot be counted in EUR'],
  ])('%s is denied, and waiting does not help', async (_, call, why) => {
    const words = `limit \`budget\` permits 500.00 EUR in 1 d; ${why}`
    expect(await reason(call)).toEqual({ limit: 'budget', reason: words, retryAfter: undefined })
  })

  test('an amount that should be there and cannot be read is denied', async () => {
    const call = paying(['1', 'EUR'])
    const unparsable = [{ at: '/fee', kind: 'amount', why: 'not a number' } as const]
    expect(await reason({ ...call, facts: { ...call.facts, unparsable } })).toMatchObject({
      reason: expect.stringContaining('an amount cannot be read'),
    })
    const other = [{ at: '/path', kind: 'path', why: 'not a path' } as const]
    expect(await reason({ ...call, facts: { ...call.facts, unparsable: other } })).toBe('passes')
  })

  test('what free text says of amounts neither counts nor helps', async () => {
    const found = { at: '/memo', origin: 'found', flags: [], value: '1', currency: 'EUR' } as const
    const only = request({ target: paying().target, facts: { ...NO_FACTS, amounts: [found] } })
    expect(await reason(only)).toMatchObject({
      reason: expect.stringContaining('no argument is known to be the amount'),
    })
    const { facts, ...call } = paying(['500', 'EUR'])
    const both = { ...call, facts: { ...facts, amounts: [...facts.amounts, found] } }
    expect(await reason(both)).toBe('passes')
  })

  test('trailing zeros and currencies without minor units are exact', async () => {
    expect(await reason(paying(['12.5000', 'EUR']))).toBe('passes')
    const yen = limitsOf(limit({ unit: 'amount', currency: 'JPY', most: 100 }))
    expect(await passed(yen, [paying(['100', 'JPY']), paying(['1', 'JPY'])])).toBe(1)
    const dinar = limitsOf(limit({ unit: 'amount', currency: 'KWD', most: 1_500 }))
    expect(await passed(dinar, [paying(['1.499', 'KWD']), paying(['0.002', 'KWD'])])).toBe(1)
  })
})
