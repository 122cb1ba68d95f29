import { expect, test } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import { fieldsOf } from './fields.ts'

const MANY = 200_000

function nested(depth: number): Json {
  let node: Json = 'zq1'
  for (let level = 0; level < depth; level += 1) node = level % 2 === 0 ? [node] : { a: node }
  return node
}

/** A string within a string within a string. */
function wrapped(depth: number): string {
  let text = '{"to":"zq1"}'
  for (let level = 0; level < depth; level += 1) text = JSON.stringify([text])
  return text
}

const TEXTS: Readonly<Record<string, string>> = {
  brackets: '['.repeat(MANY),
  closed: `${'['.repeat(MANY)}1${']'.repeat(MANY)}`,
  calls: 'a('.repeat(MANY),
  dashes: '- '.repeat(MANY),
  'dashes on lines': Array.from({ length: 600 }, (_, index) => `${' '.repeat(index)}- a:`).join(
    '\n',
  ),
  colons: 'a: '.repeat(MANY),
  'lines of one member': Array.from({ length: MANY }, (_, index) => `a${index}: b`).join('\n'),
  'an open quote': `a: '${'b\n  '.repeat(MANY)}`,
  'an open block': `a: |\n${'  b\n'.repeat(MANY)}`,
  'blank lines': `a: b${'\n'.repeat(MANY)}c`,
  backslashes: '\\'.repeat(MANY),
  tags: '<a>'.repeat(MANY),
  attributes: `<a ${'b="c" '.repeat(MANY)}>`,
  pipes: '|'.repeat(MANY),
  'rows of pipes': '|a\n'.repeat(MANY),
  commas: `a,b\n${','.repeat(MANY)}`,
  quotes: `a,b\n${'"'.repeat(MANY)}`,
  digits: '1'.repeat(MANY),
  spaces: `a${' '.repeat(MANY)}b`,
  equals: `${'a'.repeat(39)}=`.repeat(5000),
  wrapped: wrapped(12),
  aliases: `a: &a1 [x, x]\n${Array.from({ length: 999 }, (_, at) => `b${at}: &a${at} [*a1, *a1]`).join('\n')}`,
}

test.each(Object.entries(TEXTS))(
  'what is made of a text stays in proportion to it: %s',
  (_, text) => {
    const fields = fieldsOf({ content: [{ type: 'text', text }] })
    const size = fields.reduce((sum, field) => sum + field.text.length, 0)
    expect(size).toBeLessThanOrEqual(4 * text.length)
    expect(fields.length).toBeLessThanOrEqual(text.length / 2 + 1)
  },
)

test('what is nested ever so deep is text, and is not lost', () => {
  const fields = fieldsOf({ structuredContent: nested(50_000) })
  expect(fields).toHaveLength(1)
  expect(fields[0]?.form).toBe('text')
  expect(fields[0]?.text).toContain('zq1')
})

test('pointers stop growing', () => {
  let node: Json = 'zq1'
  for (let level = 0; level < 50; level += 1) node = { [`${'n'.repeat(30)}${level}`]: node }
  const fields = fieldsOf(node)
  expect(fields.at(-1)).toMatchObject({ text: 'zq1', name: `${'n'.repeat(30)}0` })
  expect(Math.max(...fields.map(({ at }) => at.length))).toBeLessThanOrEqual(400)
  expect(fields.map(({ text }) => text)).toContain(`${'n'.repeat(30)}7`)
})

test('names of prototypes are names', () => {
  const node = JSON.parse(
    '{"__proto__": {"to": "zq1"}, "constructor": "zq2", "toString": "zq3"}',
  ) as Json
  expect(fieldsOf({ structuredContent: node }).map(({ text }) => text)).toEqual([
    'zq1',
    'zq2',
    'zq3',
  ])
  expect(
    fieldsOf({
      content: [{ type: 'text', text: '{"__proto__": "zq1", "hasOwnProperty": "zq2"}' }],
    }).map(({ at, text }) => `${at} ${text}`),
  ).toEqual(['/content/0/text/__proto__ zq1', '/content/0/text/hasOwnProperty zq2'])
})
