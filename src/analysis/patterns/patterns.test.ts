import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Place } from '../analyser.ts'
import { PATTERN_FLAGS } from './flags.ts'
import { patternAnalyser } from './patterns.ts'
import { MOST_STEPS, pairs, sourceOf, stepsOf, type Tree, wordsOf } from './testing/backtracker.ts'

const INFINITY = Number.POSITIVE_INFINITY

const nobody = (): never => {
  throw new Error('asked the world')
}
const place: Place = {
  at: '/regex',
  hint: undefined,
  parent: undefined,
  server: 'search',
  local: true,
  cwd: '/work',
  world: { files: { follow: nobody }, resolver: { resolve: nobody } },
}

function flagsOf(text: string): string {
  const reading = patternAnalyser.declared(text, place)
  if ('unparsable' in reading) return `unparsable: ${reading.unparsable}`
  return reading.facts.flatMap(({ flags }) => flags).join(' ')
}

/** Each takes an engine that backtracks exponential time; some from real advisories, shortened. */
const CATASTROPHIC = [
  '(a+)+$',
  '^(a+)+$',
  '(a*)*$',
  '(a+)*b',
  '(a*)+b',
  '((a+)+)+b',
  '(?:a+){2,}b',
  '(a|a)*b',
  '(a|aa)+$',
  '(a|a?)+$',
  '(a|b|ab)*c',
  '(ab|a|b)+c',
  '(.*)*x',
  '(.+)+x',
  '(.|\\s)*x',
  '([\\s\\S]|a)*x',
  '(\\w+\\s?)*$',
  '(\\w+\\d*)+$',
  '(\\d+\\w*)+$',
  '([a-z]+[a-z0-9]*)+$',
  '([a-zA-Z]+)*@',
  '(a*b*)*c',
  '(a*b?)*c',
  '(a?b?a?)+c',
  '(x(a?|b?)c)*y',
  '(x(|)c)*y',
  '(a(b?)+)*c',
  '(a(?:b?){2})*c',
  '(a{1,30}){1,30}b',
  '(a{1,10})*b',
  '(\\d{1,3})*x',
  '(a{2,3})+b',
  '(.*a){10}',
  '(.*,){11}P',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}$',
  '(?:(?:a+)|(?:b+))*a*(?:(?:x)*)*(a|a)*$',
  '(?=(a+)+$)b',
  '(?!(a|a)*b)c',
  '(?<=(a+)+)b',
  'x(?:(?=(y+)+z)a)*',
  '(é+)+$',
  '([^x]+)+x',
  '([^x]|y)+x',
  '(\\p{L}+)+1',
  '(\\p{L}|\\p{Lu})+1',
  '(\\p{L}|[а-я])+1',
  '(日|[\\u4e00-\\u9fff])+1',
  '([\\u{1f600}-\\u{1f64f}]|😀)+1',
  '(?i:(a|A)+)b',
  '(?i)(a|A)+b',
  '/(a|A)+b/i',
  '(a+\\b)+c',
  '(^a+)+c',
  '(a+?)+?b',
  '(a|b)*(c+)+d',
  '((a)\\2*)*b',
  '(\\s*,\\s*)*;(\\s+\\s*)*x',
  '(?P<name>a+)+b',
  '(?>a+)+b',
  `(${'a?'.repeat(20)})+b`,
] as const

/** None of these does, however it looks. */
const HARMLESS: readonly (readonly [text: string, ...flags: string[]])[] = [
  ['foo'],
  ['foo|bar'],
  ['^foo$'],
  ['TODO|FIXME'],
  ['[a-z]'],
  ['a{1,30}'],
  ['(a{3}){4}'],
  ['(ab?c){3}'],
  ['(\\d{1,3}\\.){3}\\d{1,3}'],
  ['^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'],
  ['^(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}$'],
  ['\\.(js|ts|tsx)$'],
  ['^\\d{4}-\\d{2}-\\d{2}$'],
  ['a+', 'unbounded'],
  ['(a)+', 'unbounded'],
  ['(ab)+', 'unbounded'],
  ['(a|b)+c', 'unbounded'],
  ['(ab|ac)*d', 'unbounded'],
  ['(a|ab)*c', 'unbounded'],
  ['(a+b)+c', 'unbounded'],
  ['(a+b+)*c', 'unbounded'],
  ['(a?b)*c', 'unbounded'],
  ['(a(?:b?)*)*c', 'unbounded'],
  ['(a(?:b?){0,3})*c', 'unbounded'],
  ['(a*b)*c', 'unbounded'],
  ['(a|b*c)+d', 'unbounded'],
  ['([a-z]+\\.)+[a-z]{2,}', 'unbounded'],
  ['([a-z0-9]{1,63}\\.)+[a-z]{2,24}', 'unbounded'],
  ['([a-z]{1,10}-){8}x'],
  ['(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==)?x', 'unbounded'],
  ['([0-9a-f]{32},)*x', 'unbounded'],
  ['\\w+@\\w+\\.\\w+', 'unbounded'],
  ['^[\\w.+-]+@[\\w-]+\\.[\\w.-]+$', 'unbounded'],
  ['foo.*bar', 'unbounded'],
  ['.*foo.*bar', 'unbounded'],
  ['^\\s*(?:\\w+\\s+)*\\w+;', 'unbounded'],
  ['"(?:[^"\\\\]|\\\\.)*"', 'unbounded'],
  ['^(\\s*#.*\\n)+', 'unbounded'],
  ['(é|è)+x', 'unbounded'],
  ['(\\p{L}|\\p{Nd})+-', 'unbounded'],
  ['(\\p{Lu}\\p{Ll}+)+1', 'unbounded'],
  ['(a|A)+b', 'unbounded'],
  ['(?:(?:foo|bar|baz|qux|quux),)+', 'unbounded'],
  [`(?:${Array.from({ length: 150 }, (_, index) => `word${index}`).join('|')},)+x`, 'unbounded'],
  ['import\\s+.*\\s+from', 'unbounded'],
  ['function\\s+\\w+\\(', 'unbounded'],
  ['(["\']).*?\\1', 'backreference', 'unbounded'],
  ['(a)\\1', 'backreference'],
  ['foo(?=bar)', 'lookaround'],
  ['(?<!foo)bar', 'lookaround'],
  ['(?=.*\\d)(?=.*[a-z]).{8,}', 'lookaround', 'unbounded'],
  ['/foo/g'],
  ['/foo\\/bar/'],
  ['/usr/bin'],
  ['(?i)foo', 'foreign'],
  ['(?P<year>\\d{4})-(?P=year)', 'backreference', 'foreign'],
  ['a++b', 'foreign', 'unbounded'],
  ['\\Afoo\\Z', 'foreign'],
  ['(?>foo|bar)', 'foreign'],
  ['foo(?#comment)bar', 'foreign'],
  ['[*+]+x', 'unbounded'],
  ['a{,3}'],
  ['{'],
  [']'],
  ['x-y\\-z'],
  ['', 'matches-all'],
  ['.', 'matches-all'],
  ['.*', 'matches-all', 'unbounded'],
  ['.+', 'matches-all', 'unbounded'],
  ['^', 'matches-all'],
  ['$', 'matches-all'],
  ['^.*$', 'matches-all', 'unbounded'],
  ['^.+$', 'matches-all', 'unbounded'],
  ['\\A.*\\z', 'foreign', 'matches-all', 'unbounded'],
  ['^(.*)$', 'matches-all', 'unbounded'],
  ['^(?:.)*$', 'matches-all', 'unbounded'],
  ['[\\s\\S]*', 'matches-all', 'unbounded'],
  ['[^]', 'matches-all'],
  ['[\\w\\W]+?', 'matches-all', 'unbounded'],
  ['a*', 'matches-all', 'unbounded'],
  ['a?', 'matches-all'],
  ['foo|', 'matches-all'],
  ['foo|.*', 'matches-all', 'unbounded'],
  ['(?:a|b?)', 'matches-all'],
  ['/.*/', 'matches-all', 'unbounded'],
  ['^$'],
  ['^a*$', 'unbounded'],
  ['[\\s\\w]+x', 'unbounded'],
  ['\\b'],
]

const UNPARSABLE: readonly (readonly [value: string, why: string])[] = [
  ['(', 'cannot be read as a regular expression'],
  [')', 'cannot be read as a regular expression'],
  ['[', 'cannot be read as a regular expression'],
  ['*', 'cannot be read as a regular expression'],
  ['a**', 'cannot be read as a regular expression'],
  ['a{2,1}', 'cannot be read as a regular expression'],
  ['\\', 'cannot be read as a regular expression'],
  ['(?<n', 'cannot be read as a regular expression'],
  ['[z-a]', 'cannot be read as a regular expression'],
  ['(?x) a b', 'cannot be read as a regular expression'],
  ['(?R)', 'cannot be read as a regular expression'],
  ['(?(1)a|b)', 'cannot be read as a regular expression'],
  ['a'.repeat(4_097), 'is too long'],
]

test.each(CATASTROPHIC)('%s is catastrophic', (text) => {
  expect(flagsOf(text)).toContain('catastrophic')
})

test.each(HARMLESS)('%s: %s %s', (text, ...flags) => {
  expect(flagsOf(text)).toBe(flags.join(' '))
})

test.each(UNPARSABLE)('%s: %s', (text, why) => {
  expect(flagsOf(text)).toBe(`unparsable: ${why}`)
})

describe('declared', () => {
  test.each([
    [null, 'is not a text'],
    [1, 'is not a text'],
    [{}, 'is not a text'],
    [['a', 1], 'is not a text'],
    [['a', '('], 'cannot be read as a regular expression'],
    [Array(101).fill('a'), 'more than 100 expressions'],
  ])('%j: %s', (value, unparsable) => {
    expect(patternAnalyser.declared(value, place)).toEqual({ unparsable })
  })

  test('each item of a list has its place, its source no delimiters', () => {
    expect(patternAnalyser.declared(['a+', '/b/i', '/c/e'], place)).toEqual({
      facts: [
        { at: '/regex/0', origin: 'declared', flags: ['unbounded'], source: 'a+' },
        { at: '/regex/1', origin: 'declared', flags: [], source: 'b' },
        { at: '/regex/2', origin: 'declared', flags: [], source: '/c/e' },
      ],
    })
  })
})

test('nothing is found, for every text is an expression', () => {
  expect(patternAnalyser.found('(a+)+$', place)).toEqual([])
})

describe('an engine that backtracks is the judge', () => {
  const trees = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('a', 'b', 'ab').map((letters): Tree => ({ kind: 'letter', letters })),
      fc.record({ kind: fc.constant('sequence'), one: tie('tree'), other: tie('tree') }),
      fc.record({ kind: fc.constant('choice'), one: tie('tree'), other: tie('tree') }),
      fc
        .tuple(tie('tree'), fc.constantFrom([0, 1], [0, INFINITY], [1, INFINITY], [2, 2], [1, 3]))
        .map(([part, [min = 0, max = 0]]): Tree => ({ kind: 'repeat', part, min, max })),
    ),
  })).tree as fc.Arbitrary<Tree>
  const loopOf = (part: Tree): Tree => ({ kind: 'repeat', part, min: 0, max: INFINITY })

  /** How many times longer it takes for a text that is twice as long, at the worst. */
  function growth(part: Tree, enough: number): number {
    const own = wordsOf(part)
    const twice = pairs(own.slice(0, 12), own.slice(0, 12))
    let worst = 0
    // Every second way leads back to the start of the loop, and so is in some of its own words.
    for (const word of new Set([...own, ...twice, 'a', 'b', 'ab', 'aab', 'abb'])) {
      const [short, long] = [6, 12].map((n) => stepsOf(loopOf(part), word.repeat(n)))
      worst = Math.max(worst, (long ?? 0) / (short ?? 1))
      if (long === MOST_STEPS || worst > enough) return enough
    }
    return worst
  }

  test('what is not called catastrophic takes linear time', () => {
    let judged = 0
    fc.assert(
      fc.property(trees, (part) => {
        if (flagsOf(`${sourceOf(loopOf(part))}!`).includes('catastrophic')) return
        judged += 1
        expect(growth(part, 100)).toBeLessThan(5)
      }),
      { numRuns: 600 },
    )
    expect(judged).toBeGreaterThan(50)
  })

  test('what is called catastrophic takes exponential time', () => {
    let judged = 0
    fc.assert(
      fc.property(trees, (part) => {
        if (!flagsOf(`${sourceOf(loopOf(part))}!`).includes('catastrophic')) return
        judged += 1
        expect(growth(part, 20)).toBeGreaterThanOrEqual(20)
      }),
      { numRuns: 600 },
    )
    expect(judged).toBeGreaterThan(50)
  })
})

describe('bounds', () => {
  test.each([
    ['(', ')'],
    ['(?:', ')*'],
    ['(?:', ')+'],
    ['(?:', '){2}'],
    ['(?:', '){9999}'],
    ['(?:', '|)*'],
    ['(?:a|', ')*'],
    ['(?:a?', '?)*'],
    ['(?=', ')'],
    ['(?:(?=', '))*'],
    ['[', ']'],
    ['(?:a{8}', ')*'],
  ])('%s…%s nested as deep as it goes', (open, close) => {
    const depth = Math.floor(4_090 / (open.length + close.length))
    expect(() => flagsOf(`${open.repeat(depth)}a${close.repeat(depth)}`)).not.toThrow()
  })

  test.each([
    'a?',
    'a*',
    '[a-z]',
    '(a|b)',
    'a|',
    '\\1',
    '\\p{L}',
    'a{1,7}',
    '(a{64})',
    'a{9999}',
    '(){9999}',
    '(|)',
    '[^a]',
    '\\w',
    '(?=a)',
    '(?#',
    '[',
    '(?P=',
    'a+',
    '\u{1f600}',
  ])('%s repeated, alone and in a loop', (unit) => {
    const many = unit.repeat(Math.floor(4_080 / unit.length))
    for (const text of [many, `(?:${many})*b`, `(a)(?:${many})*b`, `/${many}/`, `/${many}`])
      expect(() => flagsOf(text)).not.toThrow()
  })

  test('what is too large to be judged is called catastrophic', () => {
    const signs = (from: number): string =>
      Array.from({ length: 700 }, (_, index) => String.fromCodePoint(from + index)).join('|')
    expect(flagsOf(`(?:(?:${signs(0x4e00)})(?:${signs(0x5e00)}))*z`)).toBe('catastrophic unbounded')
    const few = `(?:(?:${signs(0x4e00).slice(0, 199)})(?:${signs(0x5e00).slice(0, 199)}))*z`
    expect(flagsOf(few)).toBe('unbounded')
  })
})

test('for all texts it answers, with known flags, sorted', () => {
  const piece = fc.constantFrom(...'()[]{}|*+?^$.,\\/ab1-:=!<>PiAZdwpL&'.split(''))
  const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (value) => {
      const reading = patternAnalyser.declared(value, place)
      for (const { flags } of 'facts' in reading ? reading.facts : []) {
        expect(flags).toEqual([...new Set(flags)].sort())
        expect(Object.keys(PATTERN_FLAGS)).toEqual(expect.arrayContaining([...flags]))
      }
    }),
    { numRuns: 3_000 },
  )
})
