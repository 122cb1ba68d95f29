import { expect, test } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import type { Place } from '../analyser.ts'
import { recipientAnalyser } from './recipients.ts'

// Whom mail reaches that is sent to these texts: `address flags`, or `!` and why it cannot be told.

const place = { at: '/to', hint: { kind: 'recipient' } } as Place

function said(value: Json): string {
  const reading = recipientAnalyser.declared(value, place)
  if ('unparsable' in reading) return `!${reading.unparsable}`
  return reading.facts
    .map(({ address, flags }) => `${address || '-'} ${flags.join('+') || '-'}`)
    .join('; ')
}

const NONE = '!is not an e-mail address'
const PART = '!has a part that no address has'
const BARE = '!is a bare name, not an e-mail address'
const OPEN = '!has a quotation or comment that does not end'
const GROUP = '!has a group that does not end'
const MAILTO = '!is a mailto URL that cannot be read'

test.each([
  ['a@b.example', 'a@b.example -'],
  ['  a@b.example\n', 'a@b.example -'],
  ['First.Last@B.Example', 'First.Last@b.example -'],
  ["o'brien@b.example", "o'brien@b.example -"],
  ['a_b-c@b-c.co.uk', 'a_b-c@b-c.co.uk -'],
  ['Ann <a@b.example>', 'a@b.example -'],
  ['Ann B. Carter <a@b.example>', 'a@b.example -'],
  ['"Carter, Ann" <a@b.example>', 'a@b.example -'],
  ['Anné Müller <a@b.example>', 'a@b.example -'],
  ['[Team] Ann <a@b.example>', 'a@b.example -'],
  ['"a@b.example" <a@b.example>', 'a@b.example -'],
  ['<a@b.example>', 'a@b.example -'],
  ['a@b.example, c@d.example', 'a@b.example -; c@d.example -'],
  ['a@b.example; c@d.example;', 'a@b.example -; c@d.example -'],
  ['Ann <a@b.example>,\r\n Bob <c@d.example>', 'a@b.example -; c@d.example -'],
  ['a@b.example,,', 'a@b.example -'],
  ['undisclosed-recipients:;', ''],
])('nothing is wrong with %j', (text, expected) => {
  expect(said(text)).toBe(expected)
})

test.each([
  ['"a@good.example" <x@evil.example>', 'x@evil.example display-address'],
  ['"a@good.example\\" <x@evil.example>" <y@evil.example>', 'y@evil.example display-address'],
  ['=?utf-8?q?a=40good.example?= <x@evil.example>', 'x@evil.example display-address+encoded-word'],
  [
    '=?utf-8?b?YUBnb29kLmV4YW1wbGU=?= <x@evil.example>',
    'x@evil.example display-address+encoded-word',
  ],
  ['=?utf-8?q?Ann?= <x@evil.example>', 'x@evil.example encoded-word'],
  ['a＠good.example', 'a@good.example encoded-at'],
  ['a﹫good.example', 'a@good.example encoded-at'],
  ['x(a@good.example)@evil.example', 'x@evil.example comment'],
  ['x@(good.example)evil.example', 'x@evil.example comment'],
  ['x@evil.example(.good.example)', 'x@evil.example comment'],
  ['(a@good.example) x@evil.example', 'x@evil.example comment'],
  ['x@evil.example (Ann (a@good.example))', 'x@evil.example comment'],
  ['x@evil.example (a \\) b)', 'x@evil.example comment'],
  ['"a@good.example"@evil.example', '"a@good.example"@evil.example quoted; a@good.example routed'],
  [
    '"x@evil.example y"@good.example',
    '"x@evil.example y"@good.example quoted; x@evil.example routed',
  ],
  ['"x%evil.example"@good.example', '"x%evil.example"@good.example quoted; x@evil.example routed'],
  [
    '"x\\@evil.example"@good.example',
    '"x\\@evil.example"@good.example quoted; x@evil.example routed',
  ],
  ['"a b"@evil.example', '"a b"@evil.example quoted'],
  ['"a".b@evil.example', '"a".b@evil.example quoted'],
  ['x%evil.example@good.example', 'x%evil.example@good.example -; x@evil.example routed'],
  [
    'x%e.example%f.example@good.example',
    'x%e.example%f.example@good.example -; x@e.example routed; x@f.example routed',
  ],
  [
    'x%40evil.example@good.example',
    'x%40evil.example@good.example -; x@40evil.example routed; x@evil.example routed',
  ],
  [
    'x％evil.example@good.example',
    'x％evil.example@good.example utf8-local; x@evil.example routed',
  ],
  ['evil.example!x@good.example', 'evil.example!x@good.example -; x@evil.example routed'],
  [
    'e.example!f.example!x@good.example',
    'e.example!f.example!x@good.example -; x@e.example routed; x@f.example routed',
  ],
  ['<@good.example:x@evil.example>', 'x@evil.example -; x@good.example source-route'],
  [
    'Ann <@e.example,@f.example:x@g.example>',
    'x@g.example -; x@e.example source-route; x@f.example source-route',
  ],
  ['team: a@b.example, c@d.example;', 'a@b.example group; c@d.example group'],
  ['team: a@b.example;, c@d.example', 'a@b.example group; c@d.example -'],
  ['"good": x@evil.example;', 'x@evil.example group'],
  ['a@good.example\nx@evil.example', 'a@good.example newline; x@evil.example newline'],
  ['a@good.example\r\nx@evil.example', 'a@good.example newline; x@evil.example newline'],
  ['a@good.example\rx@evil.example', 'a@good.example newline; x@evil.example newline'],
  ['a @ b.example', 'a@b.example spaced'],
  ['a@\r\n b.example', 'a@b.example spaced'],
  ['a..b@evil.example', 'a..b@evil.example odd-local'],
  ['.a@evil.example', '.a@evil.example odd-local'],
  ['a.@evil.example', 'a.@evil.example odd-local'],
  ['a+tag@b.example', 'a+tag@b.example tag'],
  ['ä@b.example', 'ä@b.example utf8-local'],
  ['a\u202eb@c.example', 'a\u202eb@c.example invisible+utf8-local'],
  ['Ann\u200b <a@b.example>', 'a@b.example invisible'],
  ['a@b.example.', 'a@b.example trailing-dot'],
  ['a@localhost', 'a@localhost internal-name'],
  ['a@mail.internal', 'a@mail.internal internal-name'],
  ['a@münchen.example', 'a@xn--mnchen-3ya.example idn'],
  ['a@xn--mnchen-3ya.example', 'a@xn--mnchen-3ya.example idn'],
  ['a@аррӏе.com', 'a@xn--80ak6aa92e.com confusable+idn'],
  ['a@pаypal.com', 'a@xn--pypal-4ve.com confusable+idn+mixed-script'],
  ['a@evil。example', 'a@evil.example encoded-host'],
  ['a@ｅvil.example', 'a@evil.example encoded-host'],
  ['a@ev\u00adil.example', 'a@evil.example encoded-host+invisible'],
  ['a@[127.0.0.1]', 'a@[127.0.0.1] domain-literal'],
  ['a@[IPv6:::1]', 'a@[::1] domain-literal'],
  ['a@[IPv6:::ffff:10.0.0.1]', 'a@[10.0.0.1] domain-literal'],
  ['a@127.0.0.1', 'a@[127.0.0.1] domain-literal'],
  ['a@0x7f.1', 'a@[127.0.0.1] domain-literal'],
  ['<>', '- null-sender'],
  ['mailto:a@b.example', 'a@b.example mailto'],
  ['MAILTO:a@b.example,c@d.example', 'a@b.example mailto; c@d.example mailto'],
  ['mailto:a%40b.example', 'a@b.example mailto'],
  ['mailto:a@b.example?bcc=x@evil.example', 'a@b.example mailto; x@evil.example copy+mailto'],
  [
    'mailto:a@b.example?subject=s&amp;BCC=x%40evil.example',
    'a@b.example mailto; x@evil.example copy+mailto',
  ],
  [
    'mailto:?to=a@b.example&cc=c@d.example,e@f.example',
    'a@b.example copy+mailto; c@d.example copy+mailto; e@f.example copy+mailto',
  ],
  ['mailto:a@b.example?%62cc=x@evil.example', 'a@b.example mailto; x@evil.example copy+mailto'],
  [
    'mailto:a@b.example?subject=s?bcc=x@evil.example',
    'a@b.example mailto; x@evil.example copy+mailto',
  ],
  ['mailto:a@b.example?body=line%0d%0aline', 'a@b.example mailto'],
  ['mailto:a%2Cx@evil.example?subject=s', BARE],
  ['#general', '#general handle'],
  ['@ann', '@ann handle'],
  ['U012ABC', 'U012ABC handle'],
  ['C024BE91L', 'C024BE91L handle'],
  ['<@U012ABC>', '<@U012ABC> handle'],
  ['<#C024BE91L|general>', '<#C024BE91L|general> handle'],
  ['@ann@chat.example', 'ann@chat.example handle'],
  ['ann', 'ann name'],
  ['UNKNOWN', 'UNKNOWN name'],
  ['Ann Carter', 'Ann Carter name'],
  ['+1 555 123 4567', '+1 555 123 4567 name'],
  ['GB29 NWBK 6016 1331 9268 19', 'GB29 NWBK 6016 1331 9268 19 name'],
  ['#general, a@b.example', '#general handle; a@b.example -'],
])('whom %j reaches', (text, expected) => {
  expect(said(text)).toBe(expected)
})

test.each([
  ['a@good.example, ann', BARE],
  ['Carter, Ann <a@b.example>', BARE],
  ['a@good.example <x@evil.example>', NONE],
  ['a@good.example x@evil.example', NONE],
  ['<a@good.example> x@evil.example', NONE],
  ['<a@good.example> <x@evil.example>', NONE],
  ['<<a@good.example>>', NONE],
  ['a@good.example@evil.example', NONE],
  ['a＠evil.example@good.example', NONE],
  ['a\\@evil.example@good.example', NONE],
  ['a@', NONE],
  ['@', NONE],
  ['a@good.example <>', NONE],
  ['Ann <>', NONE],
  ['a b@c.example', NONE],
  ['"a"b@c.example', NONE],
  ['a@b.example\nSubject: hi', GROUP],
  ['a@good.example\r\nBcc: x@evil.example', GROUP],
  ['team: a@b.example', GROUP],
  ['smtp:a@b.example', GROUP],
  ['a: b: c@d.example;', NONE],
  ['"a@b.example', OPEN],
  ['a@b.example (Ann', OPEN],
  ['a@b.example )', OPEN],
  ['a@[127.0.0.1', OPEN],
  ['"a\nb"@c.example', OPEN],
  ['a@b.example (\nBcc: x@evil.example)', OPEN],
  ['a@b.example\u0000', PART],
  ['a\u0000@b.example', PART],
  ['=?utf-8?q?x=40evil.example=3e=00?=@good.example', PART],
  ['a@b..example', PART],
  ['a@.example', PART],
  ['a@b_c$.example', PART],
  ['a@b.example%00', PART],
  ['a@[evil.example]', PART],
  ['a@[IPv6:zz]', PART],
  ['a@good.example／.evil.example', PART],
  [`${'a'.repeat(65)}@b.example`, PART],
  [`${'é'.repeat(33)}@b.example`, PART],
  [`a@${'b'.repeat(64)}.example`, PART],
  [`${'a'.repeat(64)}@${'b.'.repeat(100)}example`, PART],
  ['a@straße.example', '!is read with different domains'],
  ['<@good.example@:x@evil.example>', '!has a route that cannot be read'],
  ['<good.example:x@evil.example>', '!has a route that cannot be read'],
  ['mailto:a@b.example?subject=s%0d%0aBcc:x@evil.example', MAILTO],
  ['mailto:a@b.example?x%0aBcc=x@evil.example', MAILTO],
  ['mailto:a@b.example#?bcc=x@evil.example', MAILTO],
  ['mailto:a%ZZ@b.example', MAILTO],
  ['mailto:ann', BARE],
  ['mailto:a@b.example?bcc=ann', BARE],
  [7, '!is not a text'],
  [{ email: 'a@b.example' }, '!is not a text'],
  [['a@b.example', 'a@b.example, ann'], BARE],
  [Array(1_025).fill('a@b.example'), '!holds more than 1024 values'],
  [`a@b.example (${'a'.repeat(262_144)})`, '!is too long'],
  ['a@b.example,'.repeat(1_025), '!holds more than 1024 addresses'],
])('nobody can be told from %j', (value, expected) => {
  expect(said(value)).toBe(expected)
})

test.each([[null], [''], [' \n'], [[]], ['mailto:']])('%j says nothing', (value) => {
  expect(said(value)).toBe('')
})

test('a name that is shown is kept, with the place of its item', () => {
  const reading = recipientAnalyser.declared(['a@b.example', '"Ann \\"B\\"" <c@d.example>'], place)
  expect('facts' in reading && reading.facts[1]).toEqual({
    at: '/to/1',
    origin: 'declared',
    flags: [],
    address: 'c@d.example',
    domain: 'd.example',
    display: 'Ann "B"',
  })
})
