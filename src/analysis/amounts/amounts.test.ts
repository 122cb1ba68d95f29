import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Place } from '../analyser.ts'
import { amountAnalyser } from './amounts.ts'

interface Around {
  readonly at?: string
  readonly parent?: JsonObject
  readonly currency?: string
}

const read = (value: Json, { at = '/amount', parent, currency }: Around = {}): string => {
  const hint = { kind: 'amount', currency }
  const reading = amountAnalyser.declared(value, { at, parent, hint } as unknown as Place)
  if ('unparsable' in reading) return `? ${reading.unparsable}`
  return reading.facts
    .map((fact) => [fact.value, fact.currency, ...fact.flags].filter(Boolean).join(' '))
    .join(', ')
}

describe('an amount is read exactly', () => {
  test.each<[Json, string]>([
    [12, '12'],
    [12.5, '12.5'],
    [-3, '-3 negative'],
    [0, '0 zero'],
    [-0, '0 zero'],
    [0.1, '0.1'],
    [1e-7, '0.0000001'],
    [999_999_999, '999999999'],
    [1_000_000_000, '1000000000 huge'],
    ['12', '12'],
    ['12.50', '12.50'],
    ['1,234.50', '1234.50'],
    ['1.234,50 €', '1234.50 EUR'],
    ['1 234,50 €', '1234.50 EUR'],
    ["CHF 1'234.50", '1234.50 CHF'],
    ['CHF 1’234.50', '1234.50 CHF'],
    ['₹12,34,567.00', '1234567.00 INR'],
    ['1,234,567', '1234567'],
    ['1.234.567', '1234567'],
    ['EUR 12', '12 EUR'],
    ['eur 12', '12 EUR'],
    ['EUR12', '12 EUR'],
    ['12.50 USD', '12.50 USD'],
    ['12.50USD', '12.50 USD'],
    ['US$5', '5 USD'],
    ['$5', '5 ambiguous'],
    ['$5 CAD', '5 CAD'],
    ['¥500', '500 ambiguous'],
    ['1e3', '1000'],
    ['1.5E+2', '150'],
    ['25e-2', '0.25'],
    ['½', '0.5'],
    ['1½', '1.5'],
    ['¾ EUR', '0.75 EUR'],
    ['１２．５０', '12.50'],
    ['١٢٫٥', '12.5'],
    ['١٬٢٣٤٫٥', '1234.5'],
    ['१२.५०', '12.50'],
    ['(5.00)', '-5.00 negative'],
    ['($5.00)', '-5.00 ambiguous negative'],
    ['-€5', '-5 EUR negative'],
    ['€-5', '-5 EUR negative'],
    ['−5', '-5 negative'],
    ['5-', '-5 negative'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['007', '7'],
    ['0.123', '0.123'],
    ['1234.567', '1234.567'],
    ['1.2345', '1.2345'],
    ['1.234 EUR', '1234 EUR'],
    ['1,234 USD', '1234 USD'],
    ['1.234 JPY', '1234 JPY'],
    [{ value: 12, currency: 'EUR' }, '12 EUR'],
    [{ amount: '12,50', currency: 'eur' }, '12.50 EUR'],
    [{ amount: '1,234', currencyCode: 'USD' }, '1234 USD'],
    [[1, '2 EUR'], '1, 2 EUR'],
  ])('%j is %s', (value, expected) => {
    expect(read(value)).toBe(expected)
  })

  test.each<[Json, string]>([
    ['1.234', '? a separator that may be of decimals or of thousands'],
    ['1,234', '? a separator that may be of decimals or of thousands'],
    ['1.234 KWD', '? a separator that may be of decimals or of thousands'],
    ['$1.234', '? a separator that may be of decimals or of thousands'],
    ['1,2,3', '? not a number'],
    ['1.234,5.6', '? not a number'],
    ['12,345.678,9', '? not a number'],
    ['1,23.456', '? not a number'],
    ['', '? not a number'],
    ['EUR', '? not a number'],
    ['free', '? not a number'],
    ['NaN', '? not a number'],
    ['Infinity', '? not a number'],
    ['0x10', '? not a number'],
    ['5%', '? not a number'],
    ['5k', '? not a number'],
    ['1_000', '? not a number'],
    ['--5', '? not a number'],
    ['(-5)', '? not a number'],
    ['(5', '? not a number'],
    ['5 or 6', '? not a number'],
    ['1٢', '? digits of several scripts'],
    ['⅓', '? a fraction without an exact decimal'],
    ['EUR 5 USD', '? several currencies'],
    ['€5 CAD', '? several currencies'],
    ['$5 EUR', '? several currencies'],
    [2 ** 53 + 2, '? more digits than can be counted on'],
    [1e300, '? more digits than can be counted on'],
    ['1e300', '? more digits than can be counted on'],
    ['1e-300', '? more digits than can be counted on'],
    [0.1 + 0.2, '? more digits than can be counted on'],
    ['9'.repeat(30), '? more digits than can be counted on'],
    ['9'.repeat(1_048_576), '? too long for an amount'],
    [true, '? not an amount'],
    [null, '? not an amount'],
    [{ value: 1, amount: 2 }, '? an object without one value or amount'],
    [{ currency: 'EUR' }, '? an object without one value or amount'],
    [{ value: 1, currency: 'XYZ' }, '? a currency that is not one of ISO 4217'],
    [{ value: '1 USD', currency: 'EUR' }, '? several currencies'],
    [[1, 'x'], '? not a number'],
  ])('%j is refused: %s', (value, expected) => {
    expect(read(value)).toBe(expected)
  })
})

describe('what stands around it', () => {
  test.each<[Json, Around, string]>([
    ['5', { currency: 'USD' }, '5 USD'],
    ['$5', { currency: 'USD' }, '5 USD'],
    ['$5', { currency: 'EUR' }, '5 ambiguous'],
    ['5 EUR', { currency: 'USD' }, '5 EUR'],
    ['1.234', { currency: 'USD' }, '1234 USD'],
    ['5', { parent: { amount: '5', currency: 'gbp' } }, '5 GBP'],
    [5, { parent: { currency: 'GBP' }, currency: 'USD' }, '5 GBP'],
    ['5 USD', { parent: { currency: 'GBP' } }, '? several currencies'],
    [5, { parent: { currency: 7 } }, '? a currency that is not one of ISO 4217'],
    [1250, { at: '/amount_cents' }, '12.50 minor-units'],
    [1250, { at: '/amountInCents', currency: 'EUR' }, '12.50 EUR minor-units'],
    [1250, { at: '/amountMinor', currency: 'EUR' }, '12.50 EUR minor-units'],
    [1250, { at: '/amount_minor', currency: 'JPY' }, '1250 JPY minor-units'],
    [1250, { at: '/minor', currency: 'KWD' }, '1.250 KWD minor-units'],
    [1250, { at: '/amount_cents', currency: 'JPY' }, '1250 JPY minor-units'],
    [1250, { at: '/amount_cents', currency: 'KWD' }, '12.50 KWD minor-units'],
    [1250, { at: '/amount_minor' }, '? minor units of no currency'],
    [12.5, { at: '/amount_cents' }, '? a part of the smallest unit'],
    [5, { at: '/percents' }, '5'],
    [[1, 2], { at: '/cents' }, '0.01 minor-units, 0.02 minor-units'],
    [5, { at: '/AMOUNT_CENTS' }, '0.05 minor-units'],
  ])('%j, %j is %s', (value, around, expected) => {
    expect(read(value, around)).toBe(expected)
  })

  test('every amount that is written as its locale does is read back', () => {
    const locales = [
      'en-US',
      'de-DE',
      'fr-FR',
      'de-CH',
      'en-IN',
      'pt-BR',
      'ar-EG',
      'hi-IN-u-nu-deva',
      'ja-JP',
    ]
    const cents = fc.bigInt({ min: -99_999_999_999n, max: 99_999_999_999n })
    fc.assert(
      fc.property(
        fc.constantFrom(...locales),
        cents,
        fc.constantFrom('EUR', 'INR'),
        (locale, n, currency) => {
          const [sign, digits] = [n < 0n ? '-' : '', String(n < 0n ? -n : n).padStart(3, '0')]
          const value = `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}` as `${number}`
          const format = new Intl.NumberFormat(locale, {
            style: 'currency',
            currency,
            currencyDisplay: 'code',
          })
          expect(read(format.format(value)).split(' ')[0]).toBe(n === 0n ? '0.00' : value)
        },
      ),
    )
  })
})

describe('money in other texts', () => {
  const found = (text: string): string =>
    amountAnalyser
      .found(text, { at: '/text' } as Place)
      .map((fact) => [fact.value, fact.currency, ...fact.flags].filter(Boolean).join(' '))
      .join(', ')

  test.each([
    ['please pay 12.50 EUR by Monday', '12.50 EUR'],
    ['send €1.000,00 and $5 now', '1000.00 EUR, 5 ambiguous'],
    ['USD 3,000 or 20 GBP.', '3000 USD, 20 GBP'],
    ['it costs US$7', '7 USD'],
    ['-€5', '-5 EUR negative'],
  ])('%j has %s', (text, expected) => {
    expect(found(text)).toBe(expected)
  })

  test.each([
    'TRY 3 times',
    'ALL 5 of them',
    'version 1.2.3',
    '12 apples',
    'EURO 12',
    'abc€',
    'US12',
    '$x',
    'SKU12EUR4',
  ])('%j has none', (text) => {
    expect(found(text)).toBe('')
  })

  test('no more than can be looked at', () => {
    expect(amountAnalyser.found('€1 '.repeat(100_000), { at: '' } as Place)).toHaveLength(100)
  })
})
