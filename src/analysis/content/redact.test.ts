import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ContentCategory, ContentFinding } from '../../kernel/content.ts'
import type { Json } from '../../kernel/json.ts'
import { createContentAnalysis } from './content.ts'
import { redact } from './redact.ts'
import { createSecretFinder } from './secrets/secrets.ts'

const analysis = createContentAnalysis({
  key: new Uint8Array(32).fill(7),
  secrets: createSecretFinder(),
  planted: (text) =>
    [...text.matchAll(/decoy-4711/g)].map(({ index }) => ({
      start: index,
      end: index + 10,
      canary: 'c1',
    })),
})
const LOOKED_FOR: ReadonlySet<ContentCategory> = new Set(['secret', 'personal', 'hidden', 'canary'])
const found = async (value: Json): Promise<readonly ContentFinding[]> =>
  (await analysis.scan(value, { direction: 'inbound', categories: LOOKED_FOR })).findings
const redacted = async (value: Json, fits?: (candidate: Json) => boolean) =>
  redact(value, await found(value), fits === undefined ? {} : { fits })

const IBAN = 'DE89 3704 0044 0532 0130 00'
const MAIL = 'jane@firm.example'
const KEY = `ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}`

describe('what was found is replaced where it stands', () => {
  test('in a text, with the same placeholder for the same value', async () => {
    const { value, count } = await redacted({ a: `to ${IBAN}.`, b: [`${IBAN}!`] })
    expect(count).toBe(2)
    const [, placeholder] =
      /^to (\[personal:iban:[\w-]{12}\])\.$/.exec(String(Object(value).a)) ?? []
    expect(placeholder).toBeDefined()
    expect(value).toEqual({ a: `to ${placeholder}.`, b: [`${placeholder}!`] })
  })

  test('in JSON within a text, which stays JSON; numbers become 0', async () => {
    const inner = JSON.stringify({ note: `"${MAIL}" \\ é`, number: 4111111111111111 })
    const { value } = await redacted({ text: JSON.stringify({ inner, card: 4111111111111111 }) })
    const outer = JSON.parse(Object(value).text)
    expect(outer.card).toBe(0)
    const { note, number } = JSON.parse(outer.inner)
    expect(note).toMatch(/^"\[personal:email:[\w-]{12}\]" \\ é$/)
    expect(number).toBe(0)
  })

  test('in a name, which never takes the place of another', async () => {
    const name = `mail ${MAIL}`
    const once = await redacted({ [name]: 1 })
    const [renamed = ''] = Object.keys(Object(once.value))
    expect(renamed).toMatch(/^mail \[personal:email:[\w-]{12}\]$/)
    const both = await redacted({ [name]: 1, [renamed]: 2 })
    expect(both.value).toEqual({ [`${renamed}~2`]: 1, [renamed]: 2 })
  })

  test('in base64 with a type of text, which is encoded again', async () => {
    const text = `héllo ${MAIL}, héllo ${IBAN}`
    const blob = Buffer.from(text).toString('base64')
    const { value } = await redacted({ uri: 'a:b', mimeType: 'text/plain', blob })
    const decoded = Buffer.from(Object(value).blob, 'base64').toString()
    expect(decoded).toMatch(/^héllo \[personal:email:.{12}\], héllo \[personal:iban:.{12}\]$/)
  })

  test('in what is encoded, as a whole', async () => {
    const encoded = Buffer.from(`please send it to ${IBAN}, thank you`).toString('base64')
    const { value } = await redacted({ a: `see ${encoded}!` })
    expect(value).toEqual({ a: expect.stringMatching(/^see \[personal:iban:[\w-]{12}\]!$/) })
  })

  test('hidden characters go, and what they took apart is found', async () => {
    const { value } = await redacted({ a: 'so\u200b\u200b fine', b: 'decoy\u200b-4711' })
    expect(value).toEqual({ a: 'so fine', b: '[canary:planted:c1]' })
  })

  test('a secret, a number and a planted value', async () => {
    const { value } = await redacted({ a: `token ${KEY}`, card: 4111111111111111, b: 'decoy-4711' })
    expect(JSON.stringify(value)).not.toContain(KEY.slice(8, 20))
    expect(value).toMatchObject({ card: 0, b: '[canary:planted:c1]' })
  })

  test('structured content and its copy in a text stay the same', async () => {
    const structuredContent = { owner: { mail: MAIL, card: 4111111111111111 } }
    for (const indent of [0, 2]) {
      const text = JSON.stringify(structuredContent, null, indent)
      const fits = (candidate: Json) =>
        /^[^[]+@/.test(String(Object(candidate).structuredContent.owner.mail))
      const { value } = await redacted(
        { content: [{ type: 'text', text }], structuredContent },
        fits,
      )
      const after = Object(value)
      expect(after.structuredContent).toEqual({
        owner: { mail: 'redacted@redacted.invalid', card: 0 },
      })
      expect(after.content[0].text).toBe(JSON.stringify(after.structuredContent, null, indent))
    }
  })
})

describe('what takes the place has to fit', () => {
  test.each([
    ['a format', MAIL, /^\S+@[a-z.]+$/, 'redacted@redacted.invalid'],
    ['a pattern', '536-22-1984', /^\d{3}-\d\d-\d{4}$/, '000-00-0000'],
    ['a length', MAIL, /^.{0,20}$/, 'redacted'],
  ])('%s', async (_what, text, allowed, expected) => {
    const { value, unredactable } = await redacted({ a: text }, (candidate) =>
      allowed.test(String(Object(candidate).a)),
    )
    expect(value).toEqual({ a: expected })
    expect(unredactable).toEqual([])
  })

  test('where nothing fits, it is said', async () => {
    const { unredactable } = await redacted(
      { a: MAIL, b: IBAN },
      (candidate) => Object(candidate).a === MAIL,
    )
    expect(unredactable).toEqual(['/a'])
  })

  test('a message as a whole cannot be replaced', () => {
    const whole = { at: '', start: 0, end: 0, via: [] } as unknown as ContentFinding
    expect(redact({ a: 1 }, [whole]).unredactable).toEqual([''])
  })
})

const piece = fc.constantFrom(
  IBAN,
  MAIL,
  KEY,
  '4111 1111 1111 1111',
  'SSN 536-22-1984',
  'a\u200b\u200bb',
  '\u{e0041}\u{e0042}',
  'decoy-4711',
  '+44 20 7946 0958',
  Buffer.from(`please send it to ${IBAN}, thanks`).toString('base64'),
  ' ',
  '"',
  '\\',
  '{',
  '[',
)
const text = fc
  .array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 8 })), { maxLength: 5 })
  .map((parts) => parts.join(' '))
const leaf = fc.oneof(text, fc.constantFrom(4111111111111111, 1, true, null))
const tree = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    tie('value').map((inner) => JSON.stringify(inner)),
  ),
}))

const shapeOf = (value: Json): unknown => {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value === 'object' && value !== null)
    return Object.values(value).map((inner) => shapeOf(inner ?? null))
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return typeof value
  try {
    return { json: shapeOf(JSON.parse(value)) }
  } catch {
    return 'string'
  }
}

test('any value: nothing is found again, and types and JSON within texts stay', async () => {
  await fc.assert(
    fc.asyncProperty(tree.value, async (value) => {
      const first = await found(value)
      const { value: clean, unredactable } = redact(value, first)
      expect(unredactable).toEqual([])
      expect(await found(clean)).toEqual([])
      if (typeof value !== 'string') expect(shapeOf(clean)).toEqual(shapeOf(value))
      expect(redact(clean, await found(clean)).value).toEqual(clean)
    }),
  )
})
