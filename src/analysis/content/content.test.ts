import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { CONTENT_CATEGORIES, type ContentScan } from '../../kernel/content.ts'
import type { Json } from '../../kernel/json.ts'
import { createContentAnalysis } from './content.ts'
import { factsOf } from './facts.ts'
import { CONTENT_RULES } from './rules.ts'
import { createSecretFinder, type SecretScan } from './secrets/secrets.ts'
import { valueAt } from './value-at.ts'

const secrets = createSecretFinder()
const key = new Uint8Array(32).fill(1)
const analysis = createContentAnalysis({ key, secrets })
const scan = async (value: Json, with_ = analysis): Promise<ContentScan> =>
  with_.scan(value, { direction: 'inbound', categories: new Set(CONTENT_CATEGORIES) })
const personal = async (value: Json): Promise<readonly string[]> =>
  (await scan(value)).findings
    .filter(({ category }) => category === 'personal')
    .map(({ at, type, inName, via, start, end }) => {
      const text = inName === true ? at.slice(1) : String(valueAt(value, at)).slice(start, end)
      return `${at} ${type} ${via.join('>')}: ${text}`
    })

const MAIL = 'jane@firm.example'

describe('where it is', () => {
  test('in texts, names, items and numbers', async () => {
    expect(
      await personal({ a: [`to ${MAIL}`], [MAIL]: 1, ssn: '536221984', card: 4111111111111111 }),
    ).toEqual([
      `/a/0 email : ${MAIL}`,
      '/card payment-card : 4111111111111111',
      `/${MAIL} email : ${MAIL}`,
      '/ssn us-ssn : 536221984',
    ])
  })

  test('in JSON within JSON within a text, by the offsets of the outermost', async () => {
    const inner = JSON.stringify({ quote: '"é"', mail: MAIL, card: 4111111111111111 })
    const text = JSON.stringify({ inner, also: '\u00e9\n' })
    expect(await personal({ text })).toEqual([
      `/text email : ${MAIL}`,
      '/text payment-card number: 4111111111111111',
    ])
  })

  test('a member that a parser would drop is looked at too', async () => {
    expect(await personal({ text: `{"a":"${MAIL}","a":"b"}` })).toEqual([`/text email : ${MAIL}`])
  })

  test('in base64 with a type of text, and only there', async () => {
    const blob = Buffer.from(`é ${MAIL}`).toString('base64')
    const found = await personal({ resource: { uri: 'a:b', mimeType: 'text/plain', blob } })
    expect(found).toEqual([expect.stringMatching(/^\/resource\/blob email blob: /)])
  })

  test('in what hidden characters take apart, far from the beginning', async () => {
    const far = 'plain words, '.repeat(80)
    const apart = `${far}\u200b${far}jane@fi\u200brm.example ${far}\u200b`
    expect(await personal({ apart })).toContain('/apart email hidden: jane@fi\u200brm.example')
  })

  test('facts have no values, and each once', async () => {
    const facts = factsOf(await scan({ a: `${MAIL} ${MAIL}` }))
    expect(facts).toEqual([{ category: 'personal', type: 'email', at: '/a', certainty: 'likely' }])
  })
})

test('a mark is the same for the same value, and another under another key', async () => {
  const other = createContentAnalysis({ key: new Uint8Array(32), secrets })
  const marks = async (one: typeof analysis): Promise<readonly string[]> =>
    (await scan({ a: MAIL, b: MAIL.toUpperCase(), c: 'bob@firm.example' }, one)).findings.map(
      ({ mark }) => mark,
    )
  const [a, b, c] = await marks(analysis)
  expect(a).toMatch(/^[\w-]{12}$/)
  expect(b).toBe(a)
  expect(c).not.toBe(a)
  expect((await marks(other))[0]).not.toBe(a)
})

test('nothing is looked for that nobody asked for', async () => {
  const found = await analysis.scan(`${MAIL} a\u200b\u200bb`, {
    direction: 'outbound',
    categories: new Set(['hidden']),
  })
  expect(found.findings.map(({ category }) => category)).toEqual(['hidden'])
})

test('too large is a finding; beyond the bounds, a scan is not complete', async () => {
  const small = createContentAnalysis({
    key,
    secrets,
    sizes: { text: 10, message: 15 },
    bounds: { characters: 100, findings: 2 },
  })
  const types = async (value: Json): Promise<readonly string[]> =>
    (await scan(value, small)).findings.map(({ type, at }) => `${type} ${at}`)
  expect(await types({ a: 'x'.repeat(11) })).toEqual(['text /a'])
  expect(await types(['x'.repeat(9), 'y'.repeat(9)])).toEqual(['message '])
  expect(await scan('x '.repeat(200), small)).toMatchObject({ complete: false })
  const three = await scan([`${MAIL} b@firm.example c@firm.example`], small)
  expect(three.complete).toBe(false)
  expect(three.findings).toHaveLength(2)
  expect((await scan(['a@b.test'], small)).complete).toBe(true)
})

describe('hostile content is bounded, and never a crash', () => {
  const deep = (depth: number): Json => {
    let value: Json = MAIL
    for (let at = 0; at < depth; at += 1) value = [value]
    return value
  }
  test.each<[string, Json, boolean]>([
    ['depth 100,000', deep(100_000), false],
    ['a million small strings', Array.from({ length: 300_000 }, (_, at) => `a${at}`), true],
    ['JSON of depth 100,000 in a text', '['.repeat(100_000) + ']'.repeat(100_000), true],
    ['lone surrogates', { '\ud800': '\udfff\ud800', a: `\udc00${MAIL}` }, true],
    ['a line of a megabyte', 'ab1.'.repeat(262_144), true],
    [
      'JSON five deep',
      JSON.stringify(JSON.stringify([JSON.stringify([JSON.stringify(['[{}]'])])])),
      true,
    ],
    ['names of prototypes', JSON.parse('{"__proto__":{"constructor":"a@firm.example"}}'), true],
  ])('%s', async (_what, value, complete) => {
    expect((await scan(value)).complete).toBe(complete)
  })

  test('a bomb is not blown up', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1_048_576, 'a ')).toString('base64')
    const { findings, complete } = await scan({ bomb })
    expect(findings.length).toBeLessThan(10)
    expect(complete).toBe(false)
  })

  test('what was compressed and is not too large is read', async () => {
    const packed = gzipSync(`${'a line of text\n'.repeat(1000)}${MAIL}`).toString('base64')
    expect(await personal({ packed })).toEqual([`/packed email base64 gzip: ${packed}`])
    expect((await scan({ packed })).complete).toBe(true)
  })

  test.each<[string, () => SecretScan]>([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['ran out of time', () => ({ hits: [], complete: false })],
  ])('an analyser that %s leaves the scan incomplete', async (_what, scanned) => {
    const broken = createContentAnalysis({
      key,
      secrets: { scan: scanned, find: () => scanned().hits },
    })
    expect(await scan('anything', broken)).toEqual({ findings: [], complete: false })
  })

  test('more personal data than is kept leaves the scan incomplete', async () => {
    const mails = (count: number): string =>
      Array.from({ length: count }, (_, at) => `a${at}@firm.example`).join(' ')
    expect((await scan(mails(2_000))).complete).toBe(true)
    expect((await scan(mails(2_001))).complete).toBe(false)
  })
})

test('every rule is listed', async () => {
  const rules = new Set(CONTENT_RULES.map(({ rule }) => rule))
  expect(rules.size).toBe(CONTENT_RULES.length)
  const value = { a: `${MAIL} a\u200b\u200bb`, b: 'DE89 3704 0044 0532 0130 00' }
  const { findings } = await scan(value)
  expect(findings.length).toBeGreaterThan(2)
  for (const { rule, category } of findings)
    if (category === 'personal' || category === 'hidden') expect(rules).toContain(rule)
})
