import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Html, html } from './html.ts'
import { readTags } from './testing/read-page.ts'

const NASTY = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('<', '>', '"', "'", '&', '/', '=', ' ', '\0', '\n', 'a', ';'),
  }),
  fc.constantFrom('</title><script>alert(1)</script>', '" autofocus onfocus="x', '&lt;', '<!--'),
)

function readBack(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

test('a text stays a text, between tags and in attributes, and can be read back', () => {
  fc.assert(
    fc.property(NASTY, NASTY, (text, value) => {
      const page = html`<p title="${value}" lang='${value}'>${text}</p>`.toString()
      const [, title, lang, body] =
        /^<p title="([^"<>]*)" lang='([^'<>]*)'>([^<>]*)<\/p>$/s.exec(page) ?? []
      expect([title, lang, body].map((part) => readBack(part ?? ''))).toEqual([value, value, text])
    }),
  )
})

test('markup is kept, lists are joined, nothing is shown for nothing', () => {
  const item = html`<li>${'<'}</li>`
  expect(html`<ul>${[item, false, [item], null, undefined, 7]}</ul>`.toString()).toBe(
    '<ul><li>&lt;</li><li>&lt;</li>7</ul>',
  )
  expect(readTags(html`<input${html` disabled`}>`.toString())).toHaveLength(1)
})

test('a value where it could not be made safe is refused', () => {
  const text = 'x'
  expect(() => html`<a href=${text}>`).toThrow('text in a tag, outside of quotes')
  expect(() => html`<a ${text}="1">`).toThrow('text in a tag, outside of quotes')
  expect(() => html`<a title="${html`<b>`}"></a>`).toThrow('markup in an attribute')
  expect(() => html`<a title="${text}`).toThrow('template that ends inside a tag')
})

test('nobody else makes markup', () => {
  expect(() => new Html(Symbol('make'), '<b>')).toThrow('markup is made by `html` alone')
  const forged = { toString: () => '<b>' } as unknown as Html
  expect(html`${forged}`.toString()).toBe('&lt;b&gt;')
})
