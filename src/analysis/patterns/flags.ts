/** What may be unusual about a regular expression. */
export const PATTERN_FLAGS = {
  backreference: 'holds a back reference',
  catastrophic:
    'takes an engine that backtracks exponential time for some texts: what it repeats without end can match one text in two ways. Polynomial time (`.*x.*y`) is not said: half of all expressions take it',
  foreign:
    'not ECMAScript, and read as other engines write it: `(?i)` at the start, `(?P<name>…)`, `a++`',
  lookaround: 'looks ahead or behind',
  'matches-all': 'matches every text, or every one that is not empty',
  unbounded: 'repeats something without end',
} as const

export type PatternFlag = keyof typeof PATTERN_FLAGS
