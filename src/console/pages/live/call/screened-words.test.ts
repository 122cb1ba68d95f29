import { expect, test } from 'vitest'
import { actionWords, gathered, partWords } from './screened-words.ts'

const IBAN = {
  ...{ category: 'personal', type: 'iban', rule: 'personal/iban', certainty: 'proved' },
  ...{ part: 'result', action: 'redact', screen: 'names-stay' },
}

test('what differs in its place alone stands together', () => {
  const found = [
    { ...IBAN, at: '/content/0/text' },
    { ...IBAN, part: 'arguments' },
    { ...IBAN, at: '/content/1/text' },
    { ...IBAN, at: '/content/0/text' },
  ]
  expect(gathered(found).map(({ one, count, places }) => [one.part, count, places])).toEqual([
    ['result', 3, ['/content/0/text', '/content/1/text']],
    ['arguments', 1, []],
  ])
})

test('words that are not known stand as they are', () => {
  expect([actionWords('redact'), actionWords('eat')]).toEqual(['taken out', 'eat'])
  expect([partWords('result'), partWords('smell')]).toEqual(['the result', 'smell'])
})
