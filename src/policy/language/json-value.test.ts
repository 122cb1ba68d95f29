import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import { Fault } from './fault.ts'
import { jsonRecord, type Numbers } from './json-value.ts'
import { equal, setOf, type Value } from './value.ts'

function read(json: Json, numbers: Numbers = 'exact'): Value | 'fault' | undefined {
  try {
    return jsonRecord({ it: json }, numbers).member('it')
  } catch (error) {
    if (error instanceof Fault) return 'fault'
    throw error
  }
}

const decimal = (scaled: number): Value => ({ kind: 'decimal', scaled })

describe('a value that Cedar holds', () => {
  test.each<[Json, Value]>([
    [true, true],
    ['text', 'text'],
    [-7, -7],
    [-0, 0],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [1.5, decimal(15_000)],
    [-0.0001, decimal(-1)],
    [['a', 1, 'a'], setOf([1, 'a'])],
  ])('%j', (json, value) => {
    const made = read(json)
    expect(typeof made === 'object' && typeof value === 'object' ? equal(made, value) : made).toBe(
      typeof value === 'object' ? true : value,
    )
  })

  test('every number is a decimal among decimals', () => {
    expect(read(3, 'decimal')).toEqual(decimal(30_000))
    expect(read(2.25, 'decimal')).toEqual(decimal(22_500))
  })
})

describe('a value that Cedar cannot hold is present, and faults when read', () => {
  test.each<[string, Json]>([
    ['null', null],
    ['five digits after the point', 0.00001],
    ['an exponent', 1e-7],
    ['an integer that may have lost digits', 2 ** 53],
    ['a large number', 1e300],
    ['a lone surrogate', '\ud800'],
    ['a list that holds one', ['a', null]],
    ['a list with a record that holds one', [{ a: [null] }]],
    ['nesting without end', JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`)],
  ])('%s', (_, json) => {
    expect(read(json)).toBe('fault')
    expect(jsonRecord({ it: json }, 'exact').has('it')).toBe(true)
    expect(jsonRecord({ it: json }, 'exact').names()).toEqual(['it'])
  })

  test('among decimals, a number too large for one', () => {
    expect(read(922_337_203_685_478, 'decimal')).toBe('fault')
    expect(read(900_000_000_000_001, 'decimal')).toBe('fault')
  })
})

test('members are the own ones, whatever they are called', () => {
  const record = jsonRecord(JSON.parse('{"__proto__":{"x":1},"a":2}'), 'exact')
  expect(record.names()).toEqual(['__proto__', 'a'])
  expect(record.has('constructor')).toBe(false)
  expect(record.member('toString')).toBeUndefined()
  expect(record.member('a')).toBe(2)
  expect(record.has('x')).toBe(false)
})

test('nothing becomes absent, and nothing else can be thrown', () => {
  const property = fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (json) => {
    for (const numbers of ['exact', 'decimal'] as const) {
      const record = jsonRecord(json as Record<string, Json>, numbers)
      expect(record.names()).toEqual(Object.keys(json))
      for (const [name, value] of Object.entries(json)) {
        expect(record.has(name)).toBe(true)
        expect(read(value as Json, numbers)).not.toBeUndefined()
      }
    }
  })
  fc.assert(property, { numRuns: 300 })
})
