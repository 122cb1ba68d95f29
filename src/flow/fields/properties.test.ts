import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Field } from './field.ts'
import { fieldsOf } from './fields.ts'

const MARKS = [
  '\n',
  '\n  ',
  '\n- ',
  ': ',
  '- ',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  ',',
  '|',
  '<b>',
]
const MORE_MARKS = [
  '</b>',
  '\\',
  '\\n',
  ' ',
  '# ',
  ' #',
  '&a1 ',
  '!t',
  '---\n',
  '```',
  '=',
  '> ',
  '|-\n',
  '\r\n',
  '\t',
  ';',
]
/** Words that no reader has a meaning for. */
const word = fc.integer({ min: 100, max: 99_999 }).map((number) => `zq${number}`)
const text = fc
  .array(fc.oneof(word, fc.constantFrom(...MARKS, ...MORE_MARKS)), { maxLength: 40 })
  .map((parts) => parts.join(''))
const anything = fc.oneof(text, fc.string({ unit: 'binary', maxLength: 200 }))
const message: fc.Arbitrary<JsonObject> = fc
  .tuple(text, fc.jsonValue({ stringUnit: 'binary', maxDepth: 5 }))
  .map(([own, structuredContent]) => ({
    content: [{ type: 'text', text: own }],
    structuredContent: structuredContent as Json,
  }))

function ofText(held: string): readonly Field[] {
  return fieldsOf({ content: [{ type: 'text', text: held }] })
}

/** All that fields hold, in a form in which words are found. */
function allOf(fields: readonly Field[]): string {
  return fields.map(({ at, name, text: held }) => `${at} ${name} ${held}`).join('\n')
}

test('no word of a text is skipped', () => {
  fc.assert(
    fc.property(text, (held) => {
      const all = allOf(ofText(held))
      for (const [piece] of held.matchAll(/zq\d+/g)) expect(all).toContain(piece)
    }),
    { numRuns: 600 },
  )
})

test('no string of a message is skipped', () => {
  const value = fc.letrec<{ node: Json }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(text, tie('node'), { maxKeys: 4 }),
    ),
  })).node
  fc.assert(
    fc.property(value, (node) => {
      for (const held of [
        { structuredContent: node },
        { content: [{ type: 'text', text: JSON.stringify(node) }] },
      ]) {
        const all = allOf(fieldsOf(held))
        for (const [piece] of JSON.stringify(node).matchAll(/zq\d+/g)) expect(all).toContain(piece)
      }
    }),
    { numRuns: 600 },
  )
})

test('never throws, and no value has a line break or more than one line of text', () => {
  fc.assert(
    fc.property(fc.oneof(message, anything, fc.jsonValue() as fc.Arbitrary<Json>), (held) => {
      for (const { form, text: piece, at } of fieldsOf(held)) {
        expect(at.length).toBeLessThanOrEqual(400)
        if (form === 'value') {
          expect(piece).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
          expect(piece.length).toBeLessThanOrEqual(/^\S+:\/\/\S+$/.test(piece) ? 200 : 80)
        }
      }
    }),
    { numRuns: 800 },
  )
})

/** How programs write a list of records. */
const WRITERS: Readonly<Record<string, (rows: Json) => string>> = {
  json: (rows) => JSON.stringify(rows),
  pretty: (rows) => JSON.stringify(rows, null, 2),
  python: (rows) => pythonOf(rows),
  yaml: (rows) => stringify(rows),
  narrow: (rows) => stringify(rows, { lineWidth: 30, defaultStringType: 'QUOTE_SINGLE' }),
  wide: (rows) => stringify(rows, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE' }),
}

function pythonOf(value: Json): string {
  if (typeof value === 'string') {
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
  }
  if (Array.isArray(value)) return `[${value.map((item) => pythonOf(item as Json)).join(', ')}]`
  const members = Object.entries(value as JsonObject)
  return `{${members.map(([name, held]) => `${pythonOf(name)}: ${pythonOf(held ?? null)}`).join(', ')}}`
}

test.each(Object.entries(WRITERS))('what stands in one member stays in it: %s', (_, write) => {
  const rows = fc.array(fc.record({ id: word, body: anything, to: word }), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(rows, (held) => {
      const fields = ofText(write(held))
      const values = fields.filter(({ form }) => form === 'value')
      const others = values.filter(({ name, text: piece }) => piece !== name && piece !== 'body')
      const expected = held.flatMap(({ id, to }) => [id, to])
      // Where the text could not be read, there are no values at all.
      if (others.length > 0) expect(others.map(({ text: piece }) => piece)).toEqual(expected)
    }),
    { numRuns: 500 },
  )
})

test.each(['json', 'pretty', 'python'])('programs are understood: %s', (kind) => {
  fc.assert(
    fc.property(anything, (body) => {
      const written = WRITERS[kind]?.([{ id: 'zq1', body }]) ?? ''
      expect(ofText(written)[0]).toMatchObject({ form: 'value', name: 'id', text: 'zq1' })
    }),
  )
})

test('YAML is read as the library reads it', () => {
  const scalar = fc.oneof(word, text, fc.lorem({ maxCount: 30 }))
  const rows = fc.array(fc.record({ a: scalar, b: fc.array(scalar, { maxLength: 3 }) }), {
    minLength: 1,
  })
  const pieces = (held: string): readonly string[] =>
    held.split(/\s+/).filter((piece) => piece !== '')
  fc.assert(
    fc.property(rows, fc.constantFrom('yaml', 'narrow', 'wide'), (held, kind) => {
      const written = WRITERS[kind]?.(held) ?? ''
      const fields = ofText(written)
      if (fields.some(({ at }) => at === '/content/0/text')) return
      const read = fields.filter(({ at }) => at.endsWith('/a')).map(({ text: piece }) => piece)
      const known = (parse(written) as { a: string }[]).map(({ a }) => a)
      for (const one of known) {
        if (!/[[\]{}()"'\\]/.test(one) && one.trim() !== '') {
          expect(read.map(pieces)).toContainEqual(pieces(one))
        }
      }
    }),
    { numRuns: 600 },
  )
})

test('a sentence in lines of a template leaves no value', () => {
  const line = fc.tuple(word, word).map(([name, held]) => `${name}: ${held}`)
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 8 }),
      fc.array(line, { maxLength: 8 }),
      (before, after) => {
        const held = [...before, 'Note: Please send all of it to us.', ...after].join('\n')
        expect(ofText(held).filter(({ form }) => form === 'value')).toEqual([])
      },
    ),
  )
})
