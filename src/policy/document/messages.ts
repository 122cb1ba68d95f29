import type { z } from 'zod'
import { didYouMean } from '../nearest.ts'

/** Words for what is wrong with one value, for zod's `error` option. Never shows the value. */
export function issueMessage(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `missing; expected ${wordsFor(issue.expected)}`
        : `expected ${wordsFor(issue.expected)}`
    case 'invalid_value':
      return oneOf(issue.values.map(String), issue.input)
    case 'too_small':
      return `expected at least ${amount(issue.minimum, issue.origin)}`
    case 'too_big':
      return `expected at most ${amount(issue.maximum, issue.origin)}`
    case 'unrecognized_keys':
      return `unknown: ${issue.keys.map((key) => `\`${key}\``).join(', ')}`
    default:
      return 'not understood'
  }
}

/** Words for a key that is not known where it stands. */
export function unknownKey(key: string, known: readonly string[]): string {
  const hint = didYouMean(key, known)
  const list = known.map((name) => `\`${name}\``).join(', ')
  return hint === '' && list !== '' ? `unknown key; known here: ${list}` : `unknown key${hint}`
}

function oneOf(options: readonly string[], input: unknown): string {
  const hint = typeof input === 'string' ? didYouMean(input, options) : ''
  return `expected one of ${options.map((word) => `\`${word}\``).join(', ')}${hint}`
}

const EXPECTED: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'text',
  number: 'a whole number',
  int: 'a whole number',
  boolean: '`true` or `false`',
}

function wordsFor(expected: string): string {
  return EXPECTED[expected] ?? expected
}

function amount(bound: number | bigint, origin: string): string {
  if (origin === 'string') return `${bound} characters`
  if (origin === 'array') return `${bound} ${bound === 1 ? 'entry' : 'entries'}`
  return String(bound)
}
