import { once } from 'node:events'
import { createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UrlFact } from '../../kernel/facts.ts'
import type { Place } from '../analyser.ts'
import { urlAnalyser } from './urls.ts'

// The host of a fact is the address that a connection to the URL reaches, in whatever notation it is
// written: asked of a real listener, through Node's own client.

let listener: Server
let port: number
beforeAll(async () => {
  listener = createServer((request, response) => response.end(request.socket.localAddress))
  listener.listen(0, '::')
  await once(listener, 'listening')
  port = (listener.address() as AddressInfo).port
})
afterAll(() => listener.close())

function reached(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, async (response) => {
      const local = Buffer.concat(await response.toArray()).toString()
      resolve(ipaddr.process(local).toString())
    })
    request.on('error', reject)
  })
}

function factOf(url: string): UrlFact {
  const reading = urlAnalyser.declared(url, { at: '/url' } as Place)
  const [fact] = 'facts' in reading ? reading.facts : []
  if (fact === undefined) throw new Error(`no fact of ${url}`)
  return fact
}

/** One number, in one of the bases that WHATWG and inet_aton know. */
const base = fc.constantFrom<(value: number) => string>(
  (value) => String(value),
  (value) => `0x${value.toString(16)}`,
  (value) => `0X${value.toString(16).toUpperCase().padStart(9, '0')}`,
  (value) => `0${value.toString(8)}`,
  (value) => `000${value.toString(8)}`,
)

/** How characters are written. */
const writing = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
  (text) => text.replace(/\./g, '。'),
  (text) => text.replace(/[^x]/gi, (sign) => `%${sign.charCodeAt(0).toString(16)}`),
  (text) => `${text}.`,
  (text) => text.replace(/\./g, '\u00ad.'),
)

const ipv4 = fc
  .record({
    octets: fc.tuple(fc.constant(127), fc.nat(255), fc.nat(255), fc.integer({ min: 1, max: 254 })),
    parts: fc.integer({ min: 1, max: 4 }),
    bases: fc.array(base, { minLength: 4, maxLength: 4 }),
    write: writing,
  })
  .map(({ octets, parts, bases, write }) => {
    const rest = octets.slice(parts - 1).reduce((value, octet) => value * 256 + octet, 0)
    const numbers = [...octets.slice(0, parts - 1), rest]
    return write(numbers.map((number, index) => bases[index]?.(number)).join('.'))
  })

const ipv6 = fc
  .tuple(
    fc.constantFrom('::1', '0:0:0:0:0:0:0:1', '0::0001', '::0.0.0.1'),
    fc.tuple(fc.nat(255), fc.nat(255), fc.integer({ min: 1, max: 254 })),
    fc.constantFrom('::ffff:', '0:0:0:0:0:FFFF:', '::0:ffff:'),
    fc.boolean(),
  )
  .map(([one, octets, prefix, mapped]) => `[${mapped ? `${prefix}127.${octets.join('.')}` : one}]`)

test('the host of a literal is the address that is reached', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(ipv4, ipv6),
      fc.constantFrom('', 'u:p@', 'good.example@'),
      async (host, user) => {
        const url = `http://${user}${host}:${port}/`
        const fact = factOf(url)
        expect(fact.host).toBe(await reached(url))
        expect(fact.addresses).toContain(fact.host)
        expect(fact.ranges).toContain('loopback')
        expect(fact.flags).toContain('ip-literal')
      },
    ),
    { numRuns: 300 },
  )
})

test.each(['http://0/', 'http://0.0.0.0/', 'http://[::]/', 'http://localhost/'])(
  '%s reaches this machine, and says so',
  async (url) => {
    const withPort = url.replace(/\/$/, `:${port}/`)
    expect(factOf(url).ranges).toContain('loopback')
    expect(['127.0.0.1', '::1']).toContain(await reached(withPort))
  },
)

test('a URL that WHATWG reads has its host, or is unparsable', () => {
  const sign = fc.constantFrom(
    ...'ab.:/\\@?#%[]\t\n 0127'.split(''),
    '//',
    'http:',
    'xn--',
    '%2e',
    '。',
    '＠',
  )
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 24 }), (signs) => {
      const url = `http://${signs.join('')}`
      const parsed = URL.parse(url)
      const reading = urlAnalyser.declared(url, { at: '' } as Place)
      const [fact] = 'facts' in reading ? reading.facts : []
      if (fact === undefined) return
      const host = parsed?.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
      expect(fact.host).toBe(host)
      expect(new URL(fact.href).hostname).toBe(parsed?.hostname)
      expect(fact.port).toBe(Number(parsed?.port || 80))
    }),
    { numRuns: 10_000 },
  )
})

test('total, for any text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', 'http://', 'x:', '//', 'http://[', 'hxxp://a[.]'),
      (text, before) => {
        const place = { at: '' } as Place
        const reading = urlAnalyser.declared(before + text, place)
        if ('unparsable' in reading) expect(reading.unparsable).toMatch(/^[a-zA-Z ,0-9]+$/)
        else for (const { ranges } of reading.facts) expect(ranges.length).toBeGreaterThan(0)
        expect(urlAnalyser.found(before + text, place).length).toBeLessThanOrEqual(64)
      },
    ),
    { numRuns: 2_000 },
  )
})
