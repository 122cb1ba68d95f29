import { parseAddressList } from 'email-addresses'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Place } from '../analyser.ts'
import { recipientAnalyser } from './recipients.ts'

// Whatever tricks an address is made of, the domain that mail goes to is among those of the facts, or
// the value is unparsable. Two independent readings: what the address was built to reach, and another
// parser of RFC 5322.

const place = { at: '/to' } as Place

/** The domains of the facts; undefined if the text is unparsable. */
function domainsOf(text: string): ReadonlySet<string> | undefined {
  const reading = recipientAnalyser.declared(text, place)
  return 'unparsable' in reading ? undefined : new Set(reading.facts.map(({ domain }) => domain))
}

interface Built {
  readonly text: string
  readonly reaches: readonly string[]
}

const label = fc.stringMatching(/^[a-z]{1,8}$/)
const domain = label.map((name) => `${name}.example`)
const atom = fc
  .stringMatching(/^[a-z][a-z0-9.+_'-]{0,8}[a-z0-9]$/)
  .filter((text) => !text.includes('..'))
const decoy = fc.tuple(atom, domain).map(([local, host]) => `${local}@${host}`)

const comment = fc.oneof(
  fc.constant(''),
  decoy.map((text) => `(${text})`),
  decoy.map((text) => `((${text}) \\) ")`),
)

const local: fc.Arbitrary<Built> = fc.oneof(
  atom.map((text) => ({ text, reaches: [] })),
  decoy.map((text) => ({ text: `"${text}"`, reaches: [text.split('@')[1] ?? ''] })),
  fc
    .tuple(decoy, atom)
    .map(([text, more]) => ({ text: `"${text} ${more}"`, reaches: [text.split('@')[1] ?? ''] })),
  fc.tuple(atom, domain).map(([user, host]) => ({ text: `${user}%${host}`, reaches: [host] })),
  fc.tuple(atom, domain).map(([user, host]) => ({ text: `${user}%40${host}`, reaches: [host] })),
  fc
    .tuple(atom, domain, domain)
    .map(([user, a, b]) => ({ text: `${a}!${b}!${user}`, reaches: [a, b] })),
)

const written = (host: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    host,
    host.toUpperCase(),
    `${host}.`,
    host.replace('.', '。'),
    host.replace(/[a-z]/, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
    host.replace('.', '\u00ad.'),
  )

const address: fc.Arbitrary<Built> = fc
  .record({
    local,
    host: domain,
    before: comment,
    after: comment,
    at: fc.constantFrom('@', ' @ ', '＠', '@\r\n '),
  })
  .chain(({ local: { text, reaches }, host, before, after, at }) =>
    written(host).map((name) => ({
      text: `${text}${before}${at}${after}${name}`,
      reaches: [...reaches, host],
    })),
  )

const display = fc.oneof(
  fc.constant(''),
  atom,
  decoy.map((text) => `"${text}"`),
  decoy.map((text) => `"<${text}>, \\" ${text}"`),
  decoy.map((text) => `=?utf-8?q?${text.replace('@', '=40')}?=`),
)

const mailbox: fc.Arbitrary<Built> = fc.oneof(
  address,
  fc
    .tuple(display, comment, address)
    .map(([shown, note, { text, reaches }]) => ({ text: `${shown} ${note}<${text}>`, reaches })),
  fc.tuple(domain, domain, address).map(([a, b, { text, reaches }]) => ({
    text: `<@${a},@${b}:${text}>`,
    reaches: [a, b, ...reaches],
  })),
)

const list: fc.Arbitrary<Built> = fc
  .tuple(
    fc.array(
      fc.oneof(
        mailbox,
        fc.array(mailbox, { maxLength: 3 }).map((all) => ({
          text: `team: ${all.map(({ text }) => text).join(', ')};`,
          reaches: all.flatMap(({ reaches }) => reaches),
        })),
      ),
      { minLength: 1, maxLength: 4 },
    ),
    fc.constantFrom(', ', ',', ';', '\n', '\r\n', ',,\r\n '),
  )
  .map(([all, between]) => ({
    text: all.map(({ text }) => text).join(between),
    reaches: all.flatMap(({ reaches }) => reaches),
  }))

test('no composition of tricks hides a domain', () => {
  let read = 0
  fc.assert(
    fc.property(list, ({ text, reaches }) => {
      const domains = domainsOf(text)
      if (domains === undefined) return
      read++
      expect([...domains]).toEqual(expect.arrayContaining([...reaches]))
    }),
    { numRuns: 2_000 },
  )
  expect(read).toBeGreaterThan(1_000)
})

test('a mailto URL hides nobody', () => {
  const field = fc.constantFrom('to', 'CC', 'bcc', 'b%63c')
  fc.assert(
    fc.property(decoy, fc.array(fc.tuple(field, decoy)), ({ length }, fields) => {
      const to = 'a@start.example'
      const query = fields.map(
        ([name, text]) => `${name}=${length % 2 ? encodeURIComponent(text) : text}`,
      )
      const domains = domainsOf(`mailto:${to}?${query.join('&')}`)
      const expected = ['start.example', ...fields.map(([, text]) => text.split('@')[1] ?? '')]
      expect([...(domains ?? [])].sort()).toEqual([...new Set(expected)].sort())
    }),
  )
})

test('what another parser takes for an address is one, or unparsable', () => {
  const token = fc.oneof(
    {
      arbitrary: fc.constantFrom(
        'a',
        'b.example',
        'c.example',
        '@',
        '.',
        '<',
        '>',
        '"',
        '(',
        ')',
        ',',
        ';',
        ':',
        ' ',
        '\\',
        '[',
        ']',
      ),
      weight: 3,
    },
    {
      arbitrary: fc.constantFrom(
        'x@d.example',
        '<y@e.example>',
        '"q"@f.example',
        'g:',
        '(c@h.example)',
      ),
      weight: 2,
    },
  )
  let both = 0
  fc.assert(
    fc.property(fc.array(token, { maxLength: 10 }), (tokens) => {
      const text = tokens.join('')
      const theirs = parseAddressList({ input: text, rfc6532: true }) ?? []
      const boxes = theirs.flatMap((one) => (one.type === 'group' ? one.addresses : [one]))
      const domains = domainsOf(text)
      if (domains === undefined || boxes.length === 0) return
      both++
      const known = boxes.map((one) => one.domain.toLowerCase().replace(/\s+/g, ''))
      expect([...domains]).toEqual(expect.arrayContaining(known))
    }),
    { numRuns: 4_000 },
  )
  expect(both).toBeGreaterThan(100)
})

test('total, for any text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', 'a@', 'mailto:', '<', '"', 'a [at] '),
      (text, before) => {
        const reading = recipientAnalyser.declared(before + text, place)
        if ('unparsable' in reading) expect(reading.unparsable).toMatch(/^[a-zA-Z ,0-9-]+$/)
        expect(recipientAnalyser.found(before + text, place).length).toBeLessThanOrEqual(64)
      },
    ),
    { numRuns: 2_000 },
  )
})
