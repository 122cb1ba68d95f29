import { expect, test } from 'vitest'
import type { Place } from '../analyser.ts'
import { recipientAnalyser } from './recipients.ts'

const place = { at: '/body' } as Place

function said(text: string): string {
  return recipientAnalyser
    .found(text, place)
    .map(({ address, flags }) => [address, ...flags].join(' '))
    .join('; ')
}

test.each([
  ['Write to a@b.example.', 'a@b.example'],
  ['a@b.example,c@d.example;<e@f.example>', 'a@b.example; c@d.example; e@f.example'],
  ['**a@b.example**', 'a@b.example'],
  ['(a@b.example)', 'a@b.example'],
  ['[Ann](mailto:a@b.example?cc=c@d.example)', 'a@b.example; c@d.example'],
  ['{"to":"a@b.example"}', 'a@b.example'],
  ['to=a@b.example&x=y', 'a@b.example'],
  ['?to=a%40b.example', 'a@b.example encoded-at'],
  [
    'a&#64;b.example a&#x40;c.example a&commat;d.example',
    'a@b.example encoded-at; a@c.example encoded-at; a@d.example encoded-at',
  ],
  ['x＠evil.example', 'x@evil.example encoded-at'],
  ['x [at] evil [dot] example', 'x@evil.example defanged'],
  ['x(at)evil(dot)example', 'x@evil.example defanged'],
  ['x[@]evil[.]example', 'x@evil.example defanged'],
  ['x@evil[.]example', 'x@evil.example defanged'],
  ['mail x AT evil DOT example today', 'x@evil.example defanged'],
  ['"a b"@evil.example', '"a b"@evil.example quoted'],
  ['x@[10.0.0.1] and root@10.0.0.1', 'x@[10.0.0.1] domain-literal; root@[10.0.0.1] domain-literal'],
  ['evil.example!x@good.example', 'evil.example!x@good.example; x@evil.example routed'],
  ['x%evil.example@good.example', 'x%evil.example@good.example; x@evil.example routed'],
  ['schreib an ä@münchen.example', 'ä@xn--mnchen-3ya.example idn utf8-local'],
  ['请写信给 a@b.example。谢谢', 'a@b.example.xn--lg3aa encoded-host idn; a@b.example'],
  ['a@b.example谢谢', 'a@b.xn--example-zp7ua idn; a@b.example'],
  ['a@аррӏе.com', 'a@xn--80ak6aa92e.com confusable idn'],
])('addresses in %j', (text, expected) => {
  expect(said(text)).toBe(expected)
})

test.each([
  ['install pkg@1.2.0 and @scope/name@next'],
  ['@ann, see you @ 5'],
  ['git@ and @example.com'],
  ['meet me at noon'],
  ['look at the dot on the i'],
  ['LOOK AT THIS'],
  ['user@localhost'],
  ['a@@b'],
  ['++@--.--'],
])('no addresses in %j', (text) => {
  expect(said(text)).toBe('')
})

test('says when there are more than are listed', () => {
  const text = (count: number): string =>
    Array.from({ length: count }, (_, index) => `a${index}@b.example`).join(' ')
  expect(recipientAnalyser.found(text(64), place).at(-1)?.flags).toEqual([])
  const facts = recipientAnalyser.found(text(65), place)
  expect(facts).toHaveLength(64)
  expect(facts.at(-1)?.flags).toEqual(['more'])
  expect(facts.at(-2)?.flags).toEqual([])
})
