import { describe, expect, test } from 'vitest'
import { addressesIn, addressOf } from './addresses.ts'

describe('an address', () => {
  test.each([
    ['https://shop.example/a?b=c', 'https://shop.example/a?b=c', 'shop.example', true],
    [
      'https://user:word@shop.example:8443/',
      'https://user:word@shop.example:8443/',
      'shop.example',
      true,
    ],
    ['www.shop_here/login', 'www.shop_here/login', 'www.shop_here', true],
    ['shop.example/a', 'shop.example/a', 'shop.example', true],
    ['(shop.example).', undefined, undefined, undefined],
    ['mailto:ann@mail.example?subject=x', 'ann@mail.example', undefined, false],
    ['ann@mail.example; bo@mail.example', undefined, undefined, undefined],
    ['ann@mail.example,bo@mail.example', undefined, undefined, undefined],
    ['ftp://files.example', 'ftp://files.example', 'files.example', true],
    ['ann@mail.example', 'ann@mail.example', undefined, false],
    ['mailto:ann@mail.example', 'ann@mail.example', undefined, false],
    ['report.docx', undefined, undefined, undefined],
    ['report.docx/download', 'report.docx/download', 'report.docx', true],
    ['/etc/passwd', undefined, undefined, undefined],
    ['3.14', undefined, undefined, undefined],
    ['hello', undefined, undefined, undefined],
  ])('%s', (text, address, host, link) => {
    const found = addressOf(text)
    expect([found?.text, found?.host, found?.link]).toEqual([address, host, link])
  })
})

describe('addresses in a text', () => {
  test.each([
    ['see hxxps://evil[.]example/x now', ['https://evil.example/x']],
    ['write to ann[at]mail(dot)example.', ['ann@mail.example']],
    ['two: shop.example, and <b.example/path>', ['shop.example', 'b.example/path']],
    ['the file notes.txt is there', []],
    [
      'https://a.example/?next=https%3A%2F%2Fb.example%2Fx&q=c.example#bo@d.example',
      [
        'https://a.example/?next=https%3A%2F%2Fb.example%2Fx&q=c.example#bo@d.example',
        'https://b.example/x',
        'bo@d.example',
      ],
    ],
    ['**www.shop.example**', ['www.shop.example']],
  ])('%s', (text, found) => {
    expect(addressesIn(text).map((one) => one.text)).toEqual(found)
  })

  test('are bounded', () => {
    expect(addressesIn('a.example '.repeat(5_000))).toHaveLength(200)
  })
})
