import { expect, test } from 'vitest'
import type { Place } from '../analyser.ts'
import { urlAnalyser } from './urls.ts'

const place = { at: '/body' } as Place

function said(text: string): string {
  return urlAnalyser
    .found(text, place)
    .map(({ href, flags }) => [href, ...flags].join(' '))
    .join('; ')
}

test.each([
  ['see https://a.example.', 'https://a.example/'],
  ['(see https://a.example/b)', 'https://a.example/b'],
  ['https://a.example/b_(c), and', 'https://a.example/b_(c)'],
  ['<https://a.example/b>', 'https://a.example/b'],
  ['[x](https://a.example/b)', 'https://a.example/b'],
  ['![x](https://a.example/b.png?d=1 "title")', 'https://a.example/b.png?d=1'],
  ['[https://a.example/](https://b.example/)', 'https://a.example/; https://b.example/'],
  ['![x](//a.example/b.png)', 'http://a.example/b.png schemeless'],
  ['[x](<//a.example/b>)', 'http://a.example/b schemeless'],
  ['[x]: //a.example/b', 'http://a.example/b schemeless'],
  ['<img src="//a.example/b">', 'http://a.example/b schemeless'],
  ['<a href=//a.example/b>', 'http://a.example/b schemeless'],
  ['background: url(//a.example/b)', 'http://a.example/b schemeless'],
  ['![x](\\\\a.example/b)', 'http://a.example/b ambiguous schemeless'],
  ['[x](javascript:alert(1))', 'javascript:alert(1)) opaque script'],
  ['data:text/html,<b>', 'data:text/html, opaque script'],
  [
    'www.a.example/b and WWW2.B.example',
    'http://www.a.example/b schemeless; http://www2.b.example/ schemeless',
  ],
  ['http://a.example,http://b.example', 'http://a.example/; http://b.example/'],
  ["['http://a.example','http://b.example']", 'http://a.example/; http://b.example/'],
  [
    'https://a.example/?u=https://b.example/',
    'https://a.example/?u=https://b.example/; https://b.example/',
  ],
  ['**http://a.example**', 'http://a.example/'],
  ['"http://a.example/b\\n"', 'http://a.example/b/n'],
  ['{"u":"http:\\/\\/a.example\\/b"}', 'http://a.example//b ambiguous'],
  ['http://u:secret@a.example/b', 'http://a.example/b userinfo'],
  [`http://good.example:${'x'.repeat(5_000)}@a.example/b`, 'http://a.example/b userinfo'],
  ['go to http:a.example/b', 'http://a.example/b ambiguous'],
  ['http:\\\\a.example\\b', 'http://a.example/b ambiguous'],
  [
    'http://good.example\\@a.example/',
    'http://good.example/@a.example/ ambiguous; http://good.example/@a.example/ ambiguous',
  ],
  ['java\nscript:alert(1)', 'javascript:alert(1) control opaque script'],
  ['ht\ntp://a.example/b', 'http://a.example/b control; tp://a.example/b'],
  [
    'https://a\n.example/b',
    'https://a.example/b ambiguous control; https://a.example/b ambiguous control; https://a/ internal-name',
  ],
  ['gopher://127.1:6379/_a', 'gopher://127.0.0.1:6379/_a encoded-ip ip-literal odd-port'],
  ['https://[::1]:8080/.', 'https://[::1]:8080/ ip-literal odd-port'],
  ['https://[::1].', 'https://[::1]/ ip-literal'],
  ['view-source:https://a.example/', 'https://a.example/'],
  ['hxxp://a[.]example/b', 'http://a.example/b defanged'],
  ['hXXps://a.example/b', 'https://a.example/b defanged'],
  ['h**p://a.example/b', 'http://a.example/b defanged'],
  ['http[:]//a.example/b', 'http://a.example/b defanged'],
  ['hxxps[://]a(dot)example/b', 'https://a.example/b defanged'],
  ['visit a[.]b[dot]example/c now', 'http://a.b.example/c defanged schemeless'],
  ['1.2.3[.]4', 'http://1.2.3.4/ defanged ip-literal schemeless'],
  [
    '见https://a.example。谢谢',
    'https://a.example.xn--lg3aa/ encoded-host idn; https://a.example/',
  ],
  ['见https://a.example：谢谢', 'https://a.example/'],
  ['https://münchen.example/', 'https://xn--mnchen-3ya.example/ idn'],
  ['http://аррӏе.com/', 'http://xn--80ak6aa92e.com/ confusable idn'],
  ['http://$(id).a.example/', ''],
])('URLs in %j', (text, expected) => {
  expect(said(text)).toBe(expected)
})

test.each([
  ['and/or, 1:2, a:b, 12:30'],
  ['std::vector<int>, C:\\Windows, C:/Windows, c://x'],
  ['// a comment'],
  ['x = //'],
  ['note: data: here it is; the javascript: scheme'],
  ['ann@b.example'],
  ['write to ann [at] b [dot] example'],
  ['https://, http:// and ://'],
  ['f(.) and [.]'],
  ['wwwhat. www.'],
  ['one\ntwo'],
])('no URLs in %j', (text) => {
  expect(said(text)).toBe('')
})

test('says when there are more than are listed', () => {
  const text = (count: number, between: string): string =>
    Array.from({ length: count }, (_, index) => `http://a${index}.example/`).join(between)
  for (const between of [' ', '']) {
    const facts = urlAnalyser.found(text(64, between), place)
    expect(facts).toHaveLength(64)
    expect(facts.at(-1)?.flags).toEqual([])
    const cut = urlAnalyser.found(text(65, between), place)
    expect(cut).toHaveLength(64)
    expect(cut.at(-1)?.flags).toEqual(['more'])
    expect(cut.at(-2)?.flags).toEqual([])
  }
})

test('one that stands there often is one', () => {
  expect(urlAnalyser.found('http://a.example/ '.repeat(1_000), place)).toHaveLength(1)
})
