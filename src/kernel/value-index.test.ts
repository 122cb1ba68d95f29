import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formsOf } from './value-forms.ts'
import { createValueWatch } from './value-index.ts'

const FILL = '山川 日月\n'
/** Text that is of no value. */
const fill = fc.array(fc.constantFrom(...FILL), { maxLength: 20 }).map((all) => all.join(''))
const value = fc
  .string({ unit: 'binary', minLength: 8, maxLength: 90 })
  .map((text) => text.toWellFormed())
  .filter((text) => text.length <= 120 && !/\s/.test(text))
const token = () => randomBytes(30).toString('base64url')

const KEY = randomBytes(48)
const WAYS: readonly [string, (secret: string) => string][] = [
  ['raw', (secret) => secret],
  ['Base64', (secret) => Buffer.from(secret).toString('base64')],
  ['Base64url', (secret) => Buffer.from(secret).toString('base64url')],
  ['Basic', (secret) => Buffer.from(`user:${secret}`).toString('base64')],
  ['shifted by one', (secret) => Buffer.from(`u${secret}u`).toString('base64')],
  ['shifted by two', (secret) => Buffer.from(`uu${secret}uu`).toString('base64url')],
  ['hexadecimal', (secret) => Buffer.from(secret).toString('hex')],
  ['capital hexadecimal', (secret) => Buffer.from(secret).toString('hex').toUpperCase()],
  ['JSON', (secret) => JSON.stringify({ secret })],
  ['JSON in JSON', (secret) => JSON.stringify(JSON.stringify({ secret }))],
  ['a URL', (secret) => `https://x.example/?a=${encodeURIComponent(secret)}`],
  ['a form', (secret) => new URLSearchParams({ secret }).toString()],
  ['small escapes', (secret) => encodeURIComponent(secret).replace(/%../g, (e) => e.toLowerCase())],
  ['HTML', (secret) => `<p>${secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`],
]

describe('a value', () => {
  test.each(WAYS)('is found whole as %s', (_, write) => {
    for (const secret of [token(), KEY.toString('base64'), 'p&ss<w/ör\\d"~!', 'eight-ch']) {
      const watch = createValueWatch<string>()
      watch.add(secret, 'it')
      const text = `before ${write(secret)} after`
      expect(watch.find(text)).toMatchObject([{ about: 'it', whole: true }])
      expect(watch.has(text)).toBe(true)
      expect(watch.redact(text)).toMatch(/^before .*\[redacted\].* after$/)
      expect(watch.has(watch.redact(text))).toBe(false)
    }
  })

  test('is found wherever a search for all its forms finds it, and where it does not, not', () => {
    fc.assert(
      fc.property(value, fill, fill, fc.nat(), (secret, before, after, pick) => {
        const forms = formsOf(secret)
        const form = forms[pick % forms.length] ?? ''
        const watch = createValueWatch<number>()
        watch.add(secret, 1)
        const found = watch.find(before + form + after)
        expect(found.length).toBeGreaterThan(0)
        expect(found.some((one) => one.whole)).toBe(true)
        expect(found[0]?.start).toBeLessThanOrEqual(before.length)
        expect(found.at(-1)?.end).toBeGreaterThanOrEqual(before.length + form.length)
        expect(watch.find(before + after)).toEqual([])
        expect(watch.has(before + after)).toBe(false)
      }),
      { numRuns: 100 },
    )
  })

  test('is found in each of two texts that it is split over', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fill, (where, pick, around) => {
        const forms = formsOf(KEY.toString('base64url'))
        const form = forms[pick % forms.length] ?? ''
        const cut = 31 + (where % Math.max(1, form.length - 62))
        const watch = createValueWatch<number>()
        watch.add(KEY.toString('base64url'), 1)
        for (const half of [form.slice(0, cut), form.slice(cut)]) {
          const text = around + half + around
          expect(watch.find(text)).toMatchObject([{ whole: false }])
          expect(watch.redact(text)).toBe(`${around}[redacted]${around}`)
        }
      }),
      { numRuns: 100 },
    )
  })

  test('is where the sighting says, and not torn', () => {
    const watch = createValueWatch<string>()
    const secret = `${'😀'.repeat(4)}x${'😀'.repeat(20)}`
    watch.add(secret, 'it')
    expect(watch.find(`😀 ${secret}!`)).toEqual([{ start: 3, end: 52, about: 'it', whole: true }])
    expect(watch.redact(`😀 ${secret}!`)).toBe('😀 [redacted]!')
    // The second half of a pair begins the fragment, and a half ends it.
    const torn = watch.redact(`a ${secret.slice(3, 36)} b`)
    expect(torn).toMatch(/^a .*\[redacted\].* b$/u)
    const [found] = watch.find(`${secret.slice(0, 41)} b`)
    const cut = `${secret.slice(0, 41)} b`.slice(found?.start, found?.end)
    expect(cut.isWellFormed()).toBe(true)
  })

  test('is found in texts of many characters, and many times', () => {
    const watch = createValueWatch<string>()
    const secret = token()
    watch.add(secret, 'it')
    const text = `${'x'.repeat(100_000)}${secret}${`${secret},`.repeat(1_000)}`
    expect(watch.find(text)).toHaveLength(1_000)
    expect(watch.redact(text)).not.toContain(secret.slice(0, 16))
  })

  test('that repeats itself does not make a search long', () => {
    const watch = createValueWatch<string>()
    watch.add('a'.repeat(5_000), 'it')
    expect(watch.find('a'.repeat(200_000))).toMatchObject([{ start: 0, end: 200_000, whole: true }])
  })

  test('is found by its last 16 characters', () => {
    const watch = createValueWatch<string>()
    const secret = token()
    watch.add(secret, 'it')
    expect(watch.redact(`…${secret.slice(-16)} b`)).toBe('…[redacted] b')
  })

  test('of fewer than 8 characters is not watched', () => {
    const watch = createValueWatch<string>()
    watch.add('seven77', 'it')()
    expect(watch.has('seven77')).toBe(false)
  })
})

describe('what is secret of a value', () => {
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url')
  const head = `${part({ alg: 'ES256', kid: 'key-of-the-issuer' })}.${part({ iss: 'https://as' })}`
  const signature = randomBytes(64).toString('base64url')

  test('of a signed token it is the signature; what stands before it goes with it', () => {
    const watch = createValueWatch<string>()
    watch.add(`${head}.${signature}`, 'it')
    expect(watch.has(`${head}.${randomBytes(64).toString('base64url')}`)).toBe(false)
    expect(watch.redact(`Bearer ${head}.${signature}.`)).toBe('Bearer [redacted].')
    expect(watch.redact(`${signature} alone`)).toBe('[redacted] alone')
  })

  test('of a key it is not what all keys have', () => {
    const pem = (body: string) =>
      `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n${body}\n-----END PRIVATE KEY-----\n`
    const watch = createValueWatch<string>()
    watch.add(pem(KEY.toString('base64')), 'it')
    expect(watch.has(pem(randomBytes(48).toString('base64')))).toBe(false)
    expect(watch.find(pem(KEY.toString('base64')))).toMatchObject([{ whole: true }])
  })

  test('it is not a beginning that many have', () => {
    const watch = createValueWatch<number>()
    const tokens = Array.from({ length: 20 }, () => `organization_token_v1_${token()}`)
    for (const [index, one] of tokens.entries()) watch.add(one, index)
    expect(watch.has(`organization_token_v1_${token()}`)).toBe(false)
    expect(watch.find(tokens[7] ?? '')).toMatchObject([{ about: 7, whole: true }])
  })
})

describe('a watch', () => {
  test('counts who watches, and forgets with the last', () => {
    const watch = createValueWatch<string>()
    const [secret, other] = [token(), token()]
    const [first, second] = [watch.add(secret, 'a'), watch.add(secret, 'b')]
    watch.add(other, 'c')
    expect(watch.find(secret).map(({ about }) => about)).toEqual(['a', 'b'])
    first()
    first()
    expect(watch.find(secret).map(({ about }) => about)).toEqual(['b'])
    second()
    expect(watch.has(secret)).toBe(false)
    expect(watch.has(Buffer.from(secret).toString('hex'))).toBe(false)
    expect(watch.has(other)).toBe(true)
    watch.add(secret, 'd')
    expect(watch.find(secret)).toMatchObject([{ about: 'd' }])
  })

  test('marks each place as its value is to be marked', () => {
    const watch = createValueWatch<string>()
    const [one, two] = [token(), token()]
    watch.add(one, 'one')
    watch.add(two, 'two')
    expect(watch.redact(`${two} ${one}`, (about) => `<${about}>`)).toBe('<two> <one>')
    const clean = 'nothing of it'
    expect(watch.redact(clean)).toBe(clean)
  })

  test('finds each among many, and nothing else', () => {
    const watch = createValueWatch<number>()
    const tokens = Array.from({ length: 300 }, token)
    const removals = tokens.map((one, index) => watch.add(one, index))
    for (const [index, one] of tokens.entries())
      expect(watch.find(` ${one} `)).toEqual([{ start: 1, end: 41, about: index, whole: true }])
    for (let count = 0; count < 300; count++) expect(watch.has(token())).toBe(false)
    for (const remove of removals) remove()
    for (const one of tokens) expect(watch.has(one)).toBe(false)
  })
})
