import { LONGEST_PLACEHOLDER, withoutPlaceholders } from '../placeholder.ts'

/** The words of one text. */
export interface Words {
  /** Whether one of these stands beside a place. */
  readonly isBeside: (words: RegExp, start: number, end: number) => boolean
  /** Whether it is known that the text has none of them: places need not be looked at. */
  readonly areAbsent: (words: RegExp) => boolean
}

/** What stands beside a value can say what it is: this far in front of it, and behind. */
const BEFORE = 64
const BEHIND = 32
/** The head of a table says what its columns are. */
const HEAD = 256
/** So many places without the word, and it is asked whether the text has it at all. */
const PATIENCE = 64

/**
 * Looks for words around places of one text. A text full of numbers without any word for them is read once
 * for each kind of word, not once for each number.
 */
export function wordsBeside(text: string, name: string): Words {
  const head = headOf(text)
  const misses = new Map<RegExp, number>()
  let last = { start: -1, end: -1, around: '' }
  const around = (start: number, end: number): string => {
    if (last.start === start && last.end === end) return last.around
    const shown = start > head.length ? head : ''
    last = { start, end, around: `${name} ${shown} ${near(text, start, end)}` }
    return last.around
  }
  const areAbsent = (words: RegExp): boolean => misses.get(words) === Number.POSITIVE_INFINITY
  const isBeside = (words: RegExp, start: number, end: number): boolean => {
    if (areAbsent(words)) return false
    if (words.test(around(start, end))) return true
    const missed = misses.get(words) ?? 0
    const absent = missed === PATIENCE && !mayHold(words, text, name)
    misses.set(words, absent ? Number.POSITIVE_INFINITY : missed + 1)
    return false
  }
  return { isBeside, areAbsent }
}

/** A table says in its first line what its columns are. */
function headOf(text: string): string {
  const end = text.indexOf('\n')
  const head = end > 0 && end < HEAD ? text.slice(0, end) : ''
  return /[,;|\t]/.test(head) && text[end + 1] !== '\n' ? withoutPlaceholders(head) : ''
}

/** What stands in the same paragraph, in words: `_` is a letter to `\b`. */
function near(text: string, start: number, end: number): string {
  let before = textBefore(text, start, BEFORE)
  let behind = withoutPlaceholders(text.slice(end, end + BEHIND + LONGEST_PLACEHOLDER)).slice(
    0,
    BEHIND,
  )
  if (before.includes('\n\n')) before = before.slice(before.lastIndexOf('\n\n'))
  if (behind.includes('\n\n')) behind = behind.slice(0, behind.indexOf('\n\n'))
  return wordsOf(`${before} ${behind}`)
}

/** So many characters in front of a place, in which placeholders say nothing. */
export function textBefore(text: string, start: number, length: number): string {
  const near = text.slice(Math.max(0, start - length), start)
  if (!near.includes(']')) return near
  const from = Math.max(0, start - length - LONGEST_PLACEHOLDER)
  return withoutPlaceholders(text.slice(from, start)).slice(-length)
}

/** Whether the text as a whole has one of the words, as they are looked for beside values. */
function mayHold(words: RegExp, text: string, name: string): boolean {
  return words.test(wordsOf(text)) || words.test(name)
}

/** `dateOfBirth` and `date_of_birth` are `date Of Birth` and `date of birth`. */
export function wordsOf(name: string): string {
  const apart = /[a-z][A-Z]/.test(name) ? name.replace(/([a-z])(?=[A-Z])/g, '$1 ') : name
  return apart.includes('_') ? apart.replaceAll('_', ' ') : apart
}
