import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ConfigFormat, DocumentPath } from './document.ts'
import { editDocument, readDocument, replaceSlice, sliceOf } from './formats.ts'

const JSONC = `// of the team
{
  "theme": "dark", /* kept */
  "mcpServers": {
    "one": {
      "command": "npx", // why
      "args": ["-y", "a-server"],
    },
    // the second
    "two": { "url": "https://two.example/mcp" }
  },
}
`
const JSON_TEXT = `{
\t"mcpServers": {
\t\t"one": {"command": "npx", "args": ["-y", "a-server"]},
\t\t"two": {
\t\t\t"url": "https://two.example/mcp"
\t\t}
\t}
}`
const TOML = `# mine
model = "large"

[mcp_servers.one]
command = "npx" # why
args = [
  "-y", # yes
  "a-server",
]

[mcp_servers.one.env]
KEY = 'value'

[mcp_servers."the two"]
url = "https://two.example/mcp"

[profiles.fast]
model = "small"
`
const YAML = `# mine
GOOSE_MODE: auto
extensions:
  one: # why
    type: stdio
    cmd: npx
    args:
      - -y
      - a-server
  # the second
  two:
    type: sse
    uri: "https://two.example/mcp"

other: { a: 1, b: [1, 2] }
`
const CASES: readonly (readonly [ConfigFormat, string, string])[] = [
  ['json', JSON_TEXT, 'mcpServers'],
  ['jsonc', JSONC, 'mcpServers'],
  ['toml', TOML, 'mcp_servers'],
  ['yaml', YAML, 'extensions'],
]
const windows = (text: string): string => `\uFEFF${text.replaceAll('\n', '\r\n')}`

describe.each(CASES)('%s', (format, plain, top) => {
  for (const [name, text] of [
    ['as on Linux', plain],
    ['with a mark and the line ends of Windows', windows(plain)],
  ] as const) {
    test(`${name}: a replaced server says what was asked, and all else stays`, () => {
      const at = [top, 'one']
      const value = { command: 'gate', args: ['run', 'o"ne'], env: { A: 'b' } }
      const slice = sliceOf(text, format, at)
      const edited = editDocument(text, format, [{ at, value }])
      if (!edited.ok || slice === undefined) throw new Error('refused')
      expect(readDocument(edited.text, format).value).toMatchObject({ [top]: { one: value } })
      expect(edited.text.startsWith(text.slice(0, slice.start))).toBe(true)
      expect(edited.text.endsWith(text.slice(slice.end))).toBe(true)
      if (text !== plain) expect(edited.text.replaceAll('\r\n', '')).not.toContain('\n')
      expect(replaceSlice(edited.text, format, at, slice)).toEqual({ ok: true, text })
    })

    test(`${name}: a server is added and removed again`, () => {
      const at = [top, 'th.ree']
      const added = editDocument(text, format, [{ at, value: { command: 'x', env: {} } }])
      if (!added.ok) throw new Error('refused')
      expect(readDocument(added.text, format).value).toMatchObject({
        [top]: { 'th.ree': { command: 'x' } },
      })
      const comments = text.match(/(?:#|\/\/|\/\*) ?[a-z ]+/g) ?? []
      for (const comment of comments) expect(added.text).toContain(comment)
      const removed = editDocument(added.text, format, [{ at, remove: true }])
      expect(readDocument(removed.ok ? removed.text : '', format).value).toEqual(
        readDocument(text, format).value,
      )
    })

    test(`${name}: all servers are removed, one by one and at once`, () => {
      const edits = ['one', 'two', 'the two'].map(
        (key) => ({ at: [top, key], remove: true }) as const,
      )
      const removed = editDocument(text, format, edits)
      if (!removed.ok) throw new Error('refused')
      const { [top]: servers, ...others } = readDocument(removed.text, format).value as Record<
        string,
        unknown
      >
      const { [top]: _, ...before } = readDocument(text, format).value as Record<string, unknown>
      expect(servers ?? {}).toEqual({})
      expect(others).toEqual(before)
    })

    test(`${name}: a server that was removed is put back`, () => {
      const at = [top, 'one']
      const slice = sliceOf(text, format, at)
      const removed = editDocument(text, format, [{ at, remove: true }])
      if (!removed.ok || slice === undefined) throw new Error('refused')
      const back = replaceSlice(removed.text, format, at, slice)
      expect(readDocument(back.ok ? back.text : '', format).value).toEqual(
        readDocument(text, format).value,
      )
    })
  }

  test('deep inside an entry, and where nothing was', () => {
    const at = [top, 'one', 'args', 1]
    const edited = editDocument(plain, format, [
      { at, value: 'b-server' },
      { at: [top, 'one', 'note'], value: 'new' },
      { at: ['fresh', 'below', 'it'], value: [1, { two: 'x\ny' }] },
    ])
    expect(readDocument(edited.ok ? edited.text : '', format).value).toMatchObject({
      [top]: { one: { args: ['-y', 'b-server'], note: 'new' } },
      fresh: { below: { it: [1, { two: 'x\ny' }] } },
    })
  })

  test('an empty document is an empty map, and takes an entry', () => {
    expect(readDocument(' \n', format)).toMatchObject({ value: {}, problems: [] })
    const edited = editDocument('', format, [{ at: [top, 'a'], value: { b: 1 } }])
    expect(readDocument(edited.ok ? edited.text : '', format).value).toEqual({
      [top]: { a: { b: 1 } },
    })
  })

  test('what is deep, long or broken is refused without a throw', () => {
    const hostile = [
      '['.repeat(100_000),
      '{"a":'.repeat(100_000),
      `a = [${'['.repeat(50_000)}`,
      '- '.repeat(20_000),
      'a: '.repeat(20_000),
      `[${'a.'.repeat(50_000)}a]`,
      '\u0000\u0001{',
      '{"a": 1',
      'x'.repeat(5 * 1024 * 1024),
    ]
    for (const text of hostile) {
      const { problems } = readDocument(text, format)
      const edited = editDocument(text, format, [{ at: ['a', 'b'], value: 1 }])
      expect(problems.length > 0 || edited.ok || edited.problem.kind === 'malformed').toBe(true)
      sliceOf(text, format, ['a'])
    }
    expect(readDocument(hostile[0] ?? '', format).problems).toHaveLength(1)
  })
})

test('duplicate keys are reported where they stand, and nothing below them is changed', () => {
  const json = '{"s":{"a":{"x":1},"a":{"x":2}}}'
  expect(readDocument(json, 'json')).toMatchObject({
    value: { s: { a: { x: 2 } } },
    problems: [{ kind: 'duplicate_name', at: ['s', 'a'] }],
  })
  expect(editDocument(json, 'json', [{ at: ['s', 'a'], remove: true }])).toMatchObject({
    ok: false,
  })
  expect(readDocument('s:\n  a: 1\n  a: 2\n', 'yaml')).toMatchObject({
    value: { s: { a: 2 } },
    problems: [{ kind: 'duplicate_name', at: ['s', 'a'] }],
  })
  expect(readDocument('[a]\n[a]\n', 'toml').problems).toMatchObject([
    { kind: 'malformed', line: 2 },
  ])
})

test('no key reaches a prototype', () => {
  for (const [format, text] of [
    ['json', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'],
    ['yaml', '__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\n'],
    ['toml', '[__proto__]\npolluted = 1\n[constructor.prototype]\npolluted = 1\n'],
  ] as const) {
    const { value, problems } = readDocument(text, format)
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect((value as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(problems).toMatchObject([{ kind: 'malformed', at: ['__proto__'] }])
    expect(editDocument('', format, [{ at: ['__proto__', 'x'], value: 1 }]).ok).toBe(false)
  }
})

test('comments in strict JSON, aliases without end and two documents are refused', () => {
  expect(readDocument(JSONC, 'json').problems).toMatchObject([{ kind: 'malformed', line: 1 }])
  const bomb = `a0: &a0 [x]\n${Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`).join('')}`
  expect(readDocument(bomb, 'yaml').problems).toMatchObject([{ kind: 'malformed' }])
  expect(readDocument('a: &a [*a]\n', 'yaml').problems).toMatchObject([{ kind: 'malformed' }])
  expect(readDocument('a: 1\n---\nb: 1\n', 'yaml').problems).toMatchObject([{ kind: 'malformed' }])
})

test('problems are told up to a bound, and dotted keys within brackets are', () => {
  const keys = (key: string): string =>
    Array.from({ length: 3000 }, (_, i) => key.replace('#', String(i))).join()
  expect(readDocument(`{${keys('"k":#')}}`, 'json').problems).toHaveLength(100)
  expect(readDocument(`a = {${keys('b.k# = 1')}}`, 'toml').problems).toHaveLength(1)
  expect(readDocument(`a = {${keys('k# = 1')}}`, 'toml').problems).toHaveLength(0)
})

test('positions are those of the text', () => {
  const range = readDocument(windows(YAML), 'yaml').rangeOf(['extensions', 'two', 'uri'])
  expect(range?.line).toBe(13)
  expect(windows(YAML).slice(range?.start, range?.end)).toBe('"https://two.example/mcp"')
})

const key = fc.oneof(
  fc.constantFrom('a', 'b', 'a b', 'ü', 'true', '1', 'x.y', '"q"', '#', '- ', 'constructor'),
  fc.string({ minLength: 1, maxLength: 6 }).filter((name) => name !== '__proto__'),
)
const scalar = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer({ min: -1e6, max: 1e6 }),
  fc.boolean(),
  fc.constantFrom(
    '',
    ' ',
    '# no',
    'a: b',
    '- x',
    "it's",
    'two\nlines\n',
    '\ttab',
    '\\',
    '{',
    'null',
  ),
)
const entry = fc.dictionary(
  key,
  fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(key, scalar, { maxKeys: 3 })),
  { maxKeys: 4 },
)

test.each(['json', 'jsonc', 'toml', 'yaml'] as const)(
  '%s: edited and put back, byte for byte',
  (format) => {
    const names = fc.uniqueArray(key, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(
        names,
        fc.array(entry, { minLength: 4, maxLength: 4 }),
        entry,
        fc.boolean(),
        (keys, entries, value, isWindows) => {
          const made = keys.map((name, i) => ({ at: ['s', name], value: entries[i] ?? {} }))
          const start = isWindows ? '\uFEFF' : ''
          const text = editDocument(start, format, made)
          if (!text.ok) throw new Error('not made')
          for (const name of keys) {
            const at: DocumentPath = ['s', name]
            const slice = sliceOf(text.text, format, at)
            const edited = editDocument(text.text, format, [{ at, value }])
            if (slice === undefined || !edited.ok) throw new Error('refused')
            const { value: read } = readDocument(edited.text, format)
            expect((read as Record<string, Record<string, unknown>>)['s']?.[name]).toEqual(value)
            expect(replaceSlice(edited.text, format, at, slice)).toEqual({
              ok: true,
              text: text.text,
            })
          }
        },
      ),
      { numRuns: 60 },
    )
  },
)
