import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonLimits, memberText, parseStrict } from './strict-json.ts'
import { codeOf, failureOf } from './testing/failure-of.ts'
import { naiveParse } from './testing/naive-json.ts'

const EXACT: JsonLimits = { maxDepth: 8, maxNodes: 100, numbers: 'exact' }
const WIDE: JsonLimits = { maxDepth: 1_000, maxNodes: 1e7, numbers: 'exact' }
const TOLERANT: JsonLimits = { ...WIDE, numbers: 'tolerant' }
const bytes = (text: string) => new TextEncoder().encode(text)

describe('what has one reading is accepted', () => {
  test.each([
    'null',
    ' {} ',
    '[]',
    '""',
    '{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}',
    '{"a:b":":","c,d":"{[","\\"":"\\\\"}',
    '{"":0," ":1}',
    '{"constructor":1,"toString":2,"hasOwnProperty":3}',
    '{"1":1,"0":2,"-1":3}',
    '"\\ud83d\\ude00 😀 \\u0000"',
    '[0, -0, 1.0, 1e2, 0.1, -1.5E-3, 9007199254740991, -9007199254740991, 0e999]',
    '"__proto__"',
  ])('%s', (text) => {
    expect(parseStrict(text, EXACT)).toMatchObject({ value: JSON.parse(text), text })
    expect(parseStrict(bytes(text), EXACT)).toMatchObject({ value: JSON.parse(text), text })
  })
})

describe('what has two readings is ambiguous', () => {
  const twice = 'json_ambiguous: an object has two members of the same name'
  const half = 'json_ambiguous: a string holds half of a surrogate pair'
  const proto = 'json_ambiguous: the member name `__proto__` is not allowed'
  const changed = (literal: string) =>
    `json_ambiguous: the number \`${literal}\` would not keep its value: write it as a string`
  test.each([
    ['{"a":1,"a":2}', twice],
    ['{"a":1,"a":1}', twice],
    ['{"a":1,"\\u0061":2}', twice],
    ['{"a":{"x":1,"y":[{"z":1}]},"a":{}}', twice],
    ['[{"b":{"":1,"":2}}]', twice],
    ['{"1":1,"1":2}', twice],
    ['{"__proto__":1,"__proto__":2}', proto],
    ['{"__proto__":{"a":1}}', proto],
    ['[{"\\u005f_pro\\u0074o__":1}]', proto],
    ['{"a":"\\ud800"}', half],
    ['{"\\udc00\\ud800":1}', half],
    ['["\ud800"]', half],
    ['9007199254740992', changed('9007199254740992')],
    ['[-12345678901234567890]', changed('-12345678901234567890')],
    ['{"n":1e400}', changed('1e400')],
    ['{"n":1e-400}', changed('1e-400')],
    ['9007199254740993.0', changed('9007199254740993.0')],
    ['0.1000000000000000055', changed('0.1000000000000000055')],
    [`1${'0'.repeat(99)}`, changed(`1${'0'.repeat(39)}…`)],
  ])('%s', (text, failure) => {
    expect(failureOf(() => parseStrict(text, EXACT))).toBe(failure)
  })
})

describe('what is not JSON is malformed', () => {
  test.each([
    ['', 'json_malformed: not valid JSON: syntax error'],
    ['{"a":1,}', 'json_malformed: not valid JSON: syntax error at character 7'],
    ["{'a':1}", 'json_malformed: not valid JSON: syntax error at character 1'],
    ['{"a":01}', 'json_malformed: not valid JSON: syntax error at character 6'],
    ['"', 'json_malformed: not valid JSON: syntax error at character 1'],
    ['"\\', 'json_malformed: not valid JSON: syntax error'],
    ['"\\N"', 'json_malformed: not valid JSON: syntax error at character 2'],
    ['1.2.3e', 'json_malformed: not valid JSON: syntax error at character 3'],
    ['{} {}', 'json_malformed: not valid JSON: syntax error at character 3'],
    ['NaN', 'json_malformed: not valid JSON: syntax error'],
    ['"\n"', 'json_malformed: not valid JSON: syntax error at character 1'],
    ['\u{feff}{}', 'json_malformed: JSON must not begin with a byte order mark'],
  ])('%j', (text, failure) => {
    expect(failureOf(() => parseStrict(text, EXACT))).toBe(failure)
    expect(failureOf(() => parseStrict(bytes(text), EXACT))).toBe(failure)
  })

  test.each([
    [[0x22, 0xff, 0x22]],
    [[0x22, 0xc0, 0xaf, 0x22]],
    [[0x22, 0xed, 0xa0, 0x80, 0x22]],
    [[0x22, 0xe4, 0xb8]],
    [[0xff, 0xfe, 0x22, 0x00]],
  ])('bytes %j', (octets) => {
    const failure = 'json_malformed: JSON must be valid UTF-8'
    expect(failureOf(() => parseStrict(Uint8Array.from(octets), EXACT))).toBe(failure)
  })
})

test('an escaped name is not taken for one that was seen before', () => {
  // V8's JSON.parse reads the second text of each pair with a name of the first.
  for (const [seed, text, value] of [
    ['{"b":1,"\\\\":1}', '{"b":1,"\\n":1}', { b: 1, '\n': 1 }],
    [
      '{"name":1,"\\\\u0061rgu":1}',
      '{"name":1,"\\u0061rguments":{"x":[1]}}',
      { name: 1, arguments: { x: [1] } },
    ],
  ] as const) {
    for (let round = 0; round < 20; round += 1) parseStrict(seed, EXACT)
    expect(parseStrict(text, EXACT).value).toEqual(value)
    expect(parseStrict(bytes(text), TOLERANT).value).toEqual(value)
  }
})

test('limits hold before anything is built', () => {
  const nest = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  expect(codeOf(() => parseStrict(nest(8), EXACT))).toBe('accepted')
  expect(failureOf(() => parseStrict(nest(9), EXACT))).toBe(
    'json_malformed: nested deeper than 8 levels',
  )
  expect(codeOf(() => parseStrict(nest(1e6), WIDE))).toBe('json_malformed')
  const flat = (values: number) => JSON.stringify(Array.from({ length: values }, () => 0))
  expect(codeOf(() => parseStrict(flat(99), EXACT))).toBe('accepted')
  expect(failureOf(() => parseStrict(flat(100), EXACT))).toBe(
    'json_malformed: more than 100 values',
  )
  // In strings nothing counts.
  expect(codeOf(() => parseStrict(JSON.stringify('[{,'.repeat(500)), EXACT))).toBe('accepted')
})

test('tolerant numbers are taken as they are read', () => {
  const text = '[12345678901234567890,1e400,0.1000000000000000055]'
  expect(parseStrict(text, TOLERANT)).toMatchObject({ value: JSON.parse(text), text })
  expect(codeOf(() => parseStrict('{"a":1,"a":1e400}', TOLERANT))).toBe('json_ambiguous')
})

test('the text of a member of the root is found exactly', () => {
  const text = '{ "id" : 1, "r\\u0065sult" :\n {"id":[1.0, {"x":"}"}]} ,"7":"," }'
  const json = parseStrict(text, EXACT)
  expect(memberText(json, 'id')).toBe('1')
  expect(memberText(json, 'result')).toBe('{"id":[1.0, {"x":"}"}]}')
  expect(memberText(json, '7')).toBe('","')
  expect(memberText(json, 'x')).toBeUndefined()
  expect(memberText(parseStrict('{}', EXACT), 'x')).toBeUndefined()
})

/** JSON texts with odd spacing, escapes and numbers; duplicate names come by themselves. */
const spelling = fc.letrec<{ value: string; object: string }>((tie) => {
  const space = fc.constantFrom('', '', ' ', '\n', '\t\r')
  const escaped = fc
    .string({
      unit: fc.constantFrom('a', 'b', '"', '\\', '/', ':', ',', '{', 'é', '\n'),
      maxLength: 4,
    })
    .map((text) => JSON.stringify(text))
  const name = fc.oneof(
    escaped,
    fc.constantFrom('"a"', '"b"', '"\\u0061"', '"\\u0062"', '"\\\\"', '"\\""', '"__proto__"'),
  )
  const number = fc.constantFrom('0', '-1', '1.50', '1e3', '12345678901234567', '1E-400', '-0.0')
  const list = (open: string, close: string, item: fc.Arbitrary<string>) =>
    fc.array(item, { maxLength: 4 }).map((items) => open + items.join(',') + close)
  const member = fc
    .tuple(space, name, space, tie('value'))
    .map(([a, b, c, d]) => `${a}${b}${c}:${d}`)
  return {
    value: fc
      .tuple(
        space,
        fc.oneof(
          { depthSize: 'small' },
          fc.constantFrom('true', 'null'),
          escaped,
          number,
          list('[', ']', tie('value')),
          tie('object'),
        ),
        space,
      )
      .map((parts) => parts.join('')),
    object: list('{', '}', member),
  }
})

test('agrees with an independent parser on what has one reading', () => {
  let refused = 0
  fc.assert(
    fc.property(fc.oneof(spelling.value, spelling.object), (text) => {
      const naive = naiveParse(text)
      const proto = /"__proto__"\s*:/.test(text)
      const lost = naive.numbers.some((number) => /^(?:1E-400|12345678901234567)$/.test(number))
      const clear = naive.duplicates.length === 0 && !proto && !lost
      expect(codeOf(() => parseStrict(text, WIDE))).toBe(clear ? 'accepted' : 'json_ambiguous')
      if (clear) expect(parseStrict(bytes(text), WIDE).value).toEqual(naive.value)
      else refused += 1
    }),
    { numRuns: 2_000 },
  )
  expect(refused).toBeGreaterThan(50)
})

test('every value that JSON.stringify writes comes back', () => {
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false }), (text) => {
      fc.pre(!/__proto__|\d{16}/.test(text))
      expect(parseStrict(text, WIDE).value).toEqual(JSON.parse(text))
    }),
    { numRuns: 1_000 },
  )
})

test('no bytes bring it down', () => {
  const soup = fc.string({ unit: fc.constantFrom(...'{}[]:,"\\u0e1-.+ \n\ud800tn'), maxLength: 60 })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), soup.map(bytes), soup), (input) => {
      expect(['accepted', 'json_malformed', 'json_ambiguous']).toContain(
        codeOf(() => parseStrict(input, EXACT)),
      )
    }),
    { numRuns: 3_000 },
  )
})
