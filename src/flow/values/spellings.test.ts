import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spellings } from './spellings.ts'
import { wordsOf } from './words.ts'

const spelled = (value: string): readonly string[] =>
  spellings(wordsOf(value), value).map((words) => words.join(' '))

describe('a value is named by', () => {
  test.each([
    ['nora.field@mail.example', 'nora field at mail dot example'],
    ['nora.field@mail.example', 'nora dot field at mail dot example'],
    ['nora.field@mail.example', 'elpmaxe liam dleif aron'],
    ['nora.field@mail.example', 'aben svryq znvy rknzcyr'],
    ['nora.field+more@mail.example', 'nora field mail example'],
    ['nora.field(more)@mail.example', 'nora field mail example'],
    ['https://ann@shop.example/x', 'shop example'],
    ['https://what.is.said.shop.example/', 'shop example'],
    ['http://3405803853/in', '203 0 113 77'],
    ['http://0xcb00714d/in', '203 0 113 77'],
    ['https://xn--bcher-kva.example/', 'bucher example'],
    ['/srv/x/../keys/./new', 'srv keys new'],
    ['AB12CDEF', 'fedc21ba'],
  ])('%s: %s', (value, words) => {
    expect(spelled(value)).toContain(words)
  })
})

describe('a value is not named by', () => {
  test.each([
    ['https://shop.co.uk/', 'co uk'],
    ['https://shop.example/', 'example'],
    ['http://203.0.113.77/', '113 77'],
    ['abcd', 'dcba'],
  ])('%s: %s', (value, words) => {
    expect(spelled(value)).not.toContain(words)
  })
})

test('any value is named by its own words, and by few others', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.emailAddress()),
      (value) => {
        const words = wordsOf(value)
        const all = spellings(words, value)
        expect(all[0]).toEqual(words)
        expect(all.length).toBeLessThan(20)
      },
    ),
  )
})
