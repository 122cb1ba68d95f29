import { expect, test } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import type { Place } from '../analyser.ts'
import { urlAnalyser } from './urls.ts'

// What programs open when they are given these texts: `scheme host port ranges flags`, or `!` and why
// it cannot be told.

const place = { at: '/url', hint: { kind: 'url' } } as Place

function said(value: Json): string {
  const reading = urlAnalyser.declared(value, place)
  if ('unparsable' in reading) return `!${reading.unparsable}`
  return reading.facts
    .map(({ scheme, host, port, ranges, flags }) =>
      [scheme, host || '-', port ?? '-', ranges.join('+'), flags.join('+') || '-'].join(' '),
    )
    .join('; ')
}

const DIFFERENT = '!is read with different hosts'
const NO_HOST = '!has a host that cannot be read'
const RELATIVE = '!is relative, and its base is not known'

test.each([
  ['https://example.com', 'https example.com 443 unresolved -'],
  ['https://example.com/a/b?c=d&e=f#g', 'https example.com 443 unresolved -'],
  [' https://example.com/\n', 'https example.com 443 unresolved -'],
  ['HTTPS://EXAMPLE.com/', 'https example.com 443 unresolved -'],
  ['http://example.com:80/', 'http example.com 80 unresolved -'],
  [
    'https://sub-domain.example.co.uk/~user/@handle',
    'https sub-domain.example.co.uk 443 unresolved -',
  ],
  ['https://example.com/?email=a@b.example', 'https example.com 443 unresolved -'],
  ['https://example.com/#@b.example', 'https example.com 443 unresolved -'],
  ['https://web.archive.org/web/2020/http://a.example/', 'https web.archive.org 443 unresolved -'],
  ['https://example.com/a b', 'https example.com 443 unresolved space'],
  ['wss://example.com/socket', 'wss example.com 443 unresolved -'],
  ['ftp://example.com/file', 'ftp example.com 21 unresolved -'],
  ['https://_dmarc.example.com/', 'https _dmarc.example.com 443 unresolved -'],
  ['https://münchen.example/', 'https xn--mnchen-3ya.example 443 unresolved idn'],
  ['https://xn--mnchen-3ya.example/', 'https xn--mnchen-3ya.example 443 unresolved idn'],
  ['https://例え.jp/', 'https xn--r8jz45g.jp 443 unresolved idn'],
  ['https://сахар.рф/', 'https xn--80aa2cbv.xn--p1ai 443 unresolved idn'],
  ['https://привет.example/', 'https xn--b1agh1afp.example 443 unresolved idn'],
  ['https://8.8.8.8/', 'https 8.8.8.8 443 public ip-literal'],
  ['https://[2606:4700::1111]/', 'https 2606:4700::1111 443 public ip-literal'],
])('nothing is wrong with %j', (text, expected) => {
  expect(said(text)).toBe(expected)
})

test.each([
  ['http://127.0.0.1/', '127.0.0.1 80 loopback ip-literal'],
  ['http://127.1/', '127.0.0.1 80 loopback encoded-ip+ip-literal'],
  ['http://2130706433/', '127.0.0.1 80 loopback encoded-ip+ip-literal'],
  ['http://0x7f000001/', '127.0.0.1 80 loopback encoded-ip+ip-literal'],
  ['http://0x7F.1/', '127.0.0.1 80 loopback encoded-ip+ip-literal'],
  ['http://017700000001/', '127.0.0.1 80 loopback encoded-ip+ip-literal'],
  ['http://0177.0.0.1/', '127.0.0.1 80 loopback+public ambiguous+encoded-ip+ip-literal'],
  ['http://010.0.0.1/', '8.0.0.1 80 private+public ambiguous+encoded-ip+ip-literal'],
  ['http://127.0.0.1./', '127.0.0.1 80 loopback ip-literal+trailing-dot'],
  ['http://127%2e0%2E0.1/', '127.0.0.1 80 loopback encoded-ip+ip-literal'],
  ['http://%31%32%37.0.0.1/', '127.0.0.1 80 loopback encoded-ip+ip-literal'],
  ['http://１２７.０.０.１/', '127.0.0.1 80 loopback encoded-ip+ip-literal'],
  ['http://127。0．0｡1/', '127.0.0.1 80 loopback encoded-ip+ip-literal'],
  ['http://①②⑦.0.0.1/', '127.0.0.1 80 loopback encoded-ip+ip-literal'],
  ['http://0/', '0.0.0.0 80 loopback+unspecified encoded-ip+ip-literal'],
  ['http://0.0.0.0/', '0.0.0.0 80 loopback+unspecified ip-literal'],
  ['http://[::]/', ':: 80 loopback+unspecified ip-literal'],
  ['http://[::1]/', '::1 80 loopback ip-literal'],
  ['http://[0:0:0:0:0:0:0:1]/', '::1 80 loopback encoded-ip+ip-literal'],
  ['http://[::ffff:127.0.0.1]/', '127.0.0.1 80 loopback encoded-ip+ip-literal'],
  ['http://[::ffff:7f00:1]/', '127.0.0.1 80 loopback encoded-ip+ip-literal'],
  ['http://[::127.0.0.1]/', '::7f00:1 80 loopback+reserved encoded-ip+ip-literal'],
  ['http://[64:ff9b::10.0.0.1]/', '64:ff9b::a00:1 80 private encoded-ip+ip-literal'],
  ['http://[64:ff9b::8.8.8.8]/', '64:ff9b::808:808 80 public encoded-ip+ip-literal'],
  [
    'http://[64:ff9b:1:a00:0:100::]/',
    '64:ff9b:1:a00:0:100:: 80 loopback+private+reserved+unspecified ip-literal',
  ],
  ['http://[2002:a9fe:a9fe::]/', '2002:a9fe:a9fe:: 80 link-local+metadata+reserved ip-literal'],
  [
    'http://[2001:0:7f00:1::80ff:fffe]/',
    '2001:0:7f00:1::80ff:fffe 80 loopback+reserved ip-literal',
  ],
  ['http://[fe80::5efe:10.0.0.1]/', 'fe80::5efe:a00:1 80 link-local+private encoded-ip+ip-literal'],
  ['http://[::ffff:0:10.0.0.1]/', '::ffff:0:a00:1 80 private+reserved encoded-ip+ip-literal'],
  ['http://[fe80::1%25eth0]/', 'fe80::1 80 link-local ip-literal+zone'],
  ['http://[fe80::1%eth0]/', 'fe80::1 80 link-local ip-literal+zone'],
  ['http://[fc00::1]/', 'fc00::1 80 private ip-literal'],
  ['http://[fec0::1]/', 'fec0::1 80 private ip-literal'],
  ['http://[ff02::1]/', 'ff02::1 80 multicast ip-literal'],
  ['http://[4000::1]/', '4000::1 80 reserved ip-literal'],
  ['http://[2001:db8::1]/', '2001:db8::1 80 reserved ip-literal'],
  ['http://10.1.2.3/', '10.1.2.3 80 private ip-literal'],
  ['http://172.31.255.255/', '172.31.255.255 80 private ip-literal'],
  ['http://172.32.0.1/', '172.32.0.1 80 public ip-literal'],
  ['http://192.168.1/', '192.168.0.1 80 private encoded-ip+ip-literal'],
  ['http://100.64.0.1/', '100.64.0.1 80 carrier ip-literal'],
  ['http://224.0.0.1/', '224.0.0.1 80 multicast ip-literal'],
  ['http://255.255.255.255/', '255.255.255.255 80 reserved ip-literal'],
  ['http://198.18.0.1/', '198.18.0.1 80 reserved ip-literal'],
  ['http://169.254.0.1/', '169.254.0.1 80 link-local ip-literal'],
  ['http://169.254.169.254/latest/', '169.254.169.254 80 link-local+metadata ip-literal'],
  ['http://0xa9fea9fe/', '169.254.169.254 80 link-local+metadata encoded-ip+ip-literal'],
  ['http://[fd00:ec2::254]/', 'fd00:ec2::254 80 metadata+private ip-literal'],
  ['http://100.100.100.200/', '100.100.100.200 80 carrier+metadata ip-literal'],
  ['http://168.63.129.16/', '168.63.129.16 80 metadata ip-literal'],
  [
    'http://metadata.google.internal./',
    'metadata.google.internal 80 metadata internal-name+trailing-dot',
  ],
  ['http://metadata/', 'metadata 80 metadata internal-name'],
  ['http://localhost/', 'localhost 80 loopback internal-name'],
  ['http://LOCALHOST./', 'localhost 80 loopback internal-name+trailing-dot'],
  ['http://a.b.localhost/', 'a.b.localhost 80 loopback internal-name'],
  ['http://localhost.example/', 'localhost.example 80 unresolved -'],
  ['http://ｌocalhost/', 'localhost 80 loopback encoded-host+internal-name'],
  ['http://loc%61lhost/', 'localhost 80 loopback encoded-host+internal-name'],
  ['http://lo\u00adcalhost/', 'localhost 80 loopback encoded-host+internal-name'],
  ['http://lo\u200bcalhost/', 'localhost 80 loopback encoded-host+internal-name'],
  ['http://printer.local/', 'printer.local 80 unresolved internal-name'],
  ['http://db.internal/', 'db.internal 80 unresolved internal-name'],
  ['http://kubernetes.default.svc/', 'kubernetes.default.svc 80 unresolved internal-name'],
  ['http://intranet/', 'intranet 80 unresolved internal-name'],
  ['http://example.com./', 'example.com 80 unresolved trailing-dot'],
])('the host of %j', (text, expected) => {
  expect(said(text)).toBe(`http ${expected}`)
})

test.each([
  ['http://user:secret@evil.example/', 'http evil.example 80 unresolved userinfo'],
  ['http://good.example%2f@evil.example/', 'http evil.example 80 unresolved userinfo'],
  ['http://good.example:80@evil.example:81/', 'http evil.example 81 unresolved odd-port+userinfo'],
  ['http://evil.example:22/', 'http evil.example 22 unresolved odd-port'],
  ['https://evil.example:80/', 'https evil.example 80 unresolved odd-port'],
  ['ht\ntp://evil.example/', 'http evil.example 80 unresolved control'],
  ['http:\t//evil.example/', 'http evil.example 80 unresolved control'],
  ['\u0001http://evil.example/', 'http evil.example 80 unresolved control'],
  ['http://evil.example/a\r\nHost: b', 'http evil.example 80 unresolved control+space'],
  ['http://evil.example/\u0000a', 'http evil.example 80 unresolved control'],
  ['http:///evil.example/', 'http evil.example 80 unresolved ambiguous'],
  ['http:/evil.example/', 'http evil.example 80 unresolved ambiguous'],
  ['http:evil.example/', 'http evil.example 80 unresolved ambiguous'],
  ['http:\\\\evil.example\\a', 'http evil.example 80 unresolved ambiguous'],
  ['http://evil.example\\.good.example/', 'http evil.example 80 unresolved ambiguous'],
  ['//evil.example/a', 'http evil.example 80 unresolved schemeless'],
  ['\\\\evil.example\\share', 'http evil.example 80 unresolved ambiguous+schemeless'],
  ['evil.example/a', 'http evil.example 80 unresolved schemeless'],
  ['evil.example', 'http evil.example 80 unresolved schemeless'],
  ['evil.example:8080', 'http evil.example 8080 unresolved odd-port+schemeless'],
  ['localhost:3000/a', 'http localhost 3000 loopback internal-name+odd-port+schemeless'],
  ['127.1', 'http 127.0.0.1 80 loopback encoded-ip+ip-literal+schemeless'],
  ['::1', 'http ::1 80 loopback ip-literal+schemeless'],
  ['[::1]:8080', 'http ::1 8080 loopback ip-literal+odd-port+schemeless'],
  ['user:secret@evil.example/a', 'http evil.example 80 unresolved schemeless+userinfo'],
  ['git@evil.example:org/repo.git', 'ssh evil.example 22 unresolved schemeless+userinfo'],
  ['evil.example:org/repo.git', 'ssh evil.example 22 unresolved schemeless'],
  ['ssh://git@evil.example/org/repo', 'ssh evil.example 22 unresolved userinfo'],
  ['javascript:alert(1)', 'javascript - - unresolved opaque+script'],
  ['java\nscript:alert(1)', 'javascript - - unresolved control+opaque+script'],
  ['javascript://good.example/%0aalert(1)', 'javascript - - unresolved opaque+script'],
  ['vbscript:x', 'vbscript - - unresolved opaque+script'],
  ['data:text/html,<script>', 'data - - unresolved opaque+script'],
  ['data:image/svg+xml,<svg/>', 'data - - unresolved opaque+script'],
  ['data:image/png;base64,AAAA', 'data - - unresolved opaque'],
  ['ext::sh -c id', 'ext - - unresolved opaque+script+space'],
  ['mailto:a@b.example', 'mailto - - unresolved opaque'],
  ['about:blank', 'about - - unresolved opaque'],
  ['file:///etc/passwd', 'file - - unresolved local-file'],
  ['file:/etc/passwd', 'file - - unresolved local-file'],
  ['file://localhost/etc/passwd', 'file - - unresolved local-file'],
  ['file://0x7f.1/etc/passwd', 'file 127.0.0.1 - loopback ip-literal+local-file'],
  ['file://evil.example/share', 'file evil.example - unresolved local-file'],
  ['view-source:http://127.1/', 'view-source 127.0.0.1 80 loopback encoded-ip+ip-literal+wrapped'],
  ['view-source:javascript:a', 'view-source - - unresolved opaque+script+wrapped'],
  ['jar:http://evil.example!/a', 'jar evil.example 80 unresolved wrapped'],
  ['blob:https://user@evil.example/1-2', 'blob evil.example 443 unresolved userinfo+wrapped'],
  ['jdbc:mysql://10.0.0.1/db', 'jdbc 10.0.0.1 3306 private ip-literal+wrapped'],
  [
    'jdbc:oracle:thin:@evil.example:1521/x',
    'http evil.example 1521 unresolved odd-port+schemeless+userinfo',
  ],
  ['gopher://127.1:6379/_SET', 'gopher 127.0.0.1 6379 loopback encoded-ip+ip-literal+odd-port'],
  ['redis://LOCALHOST:6379/', 'redis localhost 6379 loopback internal-name'],
  ['dict://%6cocalhost/', 'dict localhost 2628 loopback encoded-host+internal-name'],
  ['http://аррӏе.com/', 'http xn--80ak6aa92e.com 80 unresolved confusable+idn'],
  ['http://xn--80ak6aa92e.com/', 'http xn--80ak6aa92e.com 80 unresolved confusable+idn'],
  ['http://pаypal.com/', 'http xn--pypal-4ve.com 80 unresolved confusable+idn+mixed-script'],
  ['http://gоogleж.com/', 'http xn--gogle-9we5c.com 80 unresolved idn+mixed-script'],
  ['http://ɡoogle.com/', 'http xn--oogle-qmc.com 80 unresolved confusable+idn'],
  ['http://$(id).evil.example/', 'http $(id).evil.example 80 unresolved odd-host'],
])('what is unusual about %j', (text, expected) => {
  expect(said(text)).toBe(expected)
})

test.each([
  ['http://good.example\\@evil.example/', DIFFERENT],
  ['http://good.example#@evil.example/', DIFFERENT],
  ['http://good.example?@evil.example/', DIFFERENT],
  ['http://a@good.example@evil.example/', DIFFERENT],
  ['http://good.example\\[::1]/', DIFFERENT],
  ['http://good.example\n.evil.example/', DIFFERENT],
  ['http://good.example\t@evil.example/', DIFFERENT],
  ['http://straße.example/', DIFFERENT],
  ['http://a\u200db.example/', NO_HOST],
  ['http://نامه\u200cای.example/', DIFFERENT],
  ['file:////evil.example/share', DIFFERENT],
  ['https://a.example/ https://b.example/', '!holds more than one URL'],
  ['https://a.example/\nhttps://b.example/', '!holds more than one URL'],
  ['/relative', RELATIVE],
  ['./relative', RELATIVE],
  ['../relative', RELATIVE],
  ['?q', RELATIVE],
  ['#fragment', RELATIVE],
  ['-oProxyCommand=id', '!starts with a hyphen, as options do'],
  ['C:\\Windows\\win.ini', '!is a path of Windows'],
  ['c:/Windows', '!is a path of Windows'],
  ['http://', NO_HOST],
  ['http://a b/', NO_HOST],
  ['http://a..b/', NO_HOST],
  ['http://256.0.0.1/', NO_HOST],
  ['http://1.2.3.4.5/', NO_HOST],
  ['http://[::1', NO_HOST],
  ['http://[1::2::3]/', NO_HOST],
  ['http://a%00.example/', NO_HOST],
  ['http://a%2fb.example/', NO_HOST],
  ['http://a℀b.example/', NO_HOST],
  ['http://evil.example／.good.example/', NO_HOST],
  ['http://a:80:90/', NO_HOST],
  ['http://a:99999/', '!has a port that cannot be read'],
  ['http://a:x/', NO_HOST],
  ['postgres://u@h1:1,h2:2/db', NO_HOST],
  [`http://${'a'.repeat(64)}.example/`, NO_HOST],
  [`http://${'a.'.repeat(128)}`, NO_HOST],
  [`http://${'a'.repeat(20_000)}@evil.example/`, '!has too much before its path'],
  [`${'a:'.repeat(10)}b`, '!has too many schemes'],
  ['a sentence', NO_HOST],
  [7, '!is not a text'],
  [{ url: 'https://a.example' }, '!is not a text'],
  [[['https://a.example']], '!is not a text'],
  [['https://a.example', '/b'], RELATIVE],
  [Array(1_025).fill('https://a.example'), '!holds more than 1024 values'],
])('no host can be told of %j', (value, expected) => {
  expect(said(value)).toBe(expected)
})

test.each([[null], [''], [' \n'], [[]], [[null, '']]])('%j says nothing', (value) => {
  expect(said(value)).toBe('')
})

test('each item of a list has its own place', () => {
  const reading = urlAnalyser.declared(['https://a.example', 'https://b.example'], place)
  expect('facts' in reading && reading.facts.map(({ at, host }) => [at, host])).toEqual([
    ['/url/0', 'a.example'],
    ['/url/1', 'b.example'],
  ])
})

test('passwords are not kept, paths are cut', () => {
  const path = `/${'p'.repeat(1 << 20)}`
  const reading = urlAnalyser.declared(`https://me:secret@a.example${path}`, place)
  const [fact] = 'facts' in reading ? reading.facts : []
  expect(fact?.flags).toEqual(['long', 'userinfo'])
  expect(fact?.path).toBe(path.slice(0, 8_192))
  expect(JSON.stringify(fact)).not.toContain('secret')
})
