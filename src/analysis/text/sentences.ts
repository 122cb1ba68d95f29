import type { Range } from './passage.ts'

/** No sentence is longer: what goes on without an end is cut at a space, or anywhere. */
const MOST = 600
/** A line this long was broken by a writer's editor, not by the writer. */
const WRAPPED = 60

/** Marks that end a sentence without a space after them. */
const WIDE = new Set('。！？।۔'.split('').map((mark) => mark.charCodeAt(0)))
/** Marks that end a sentence before a space. */
const NARROW = new Set('…؟'.split('').map((mark) => mark.charCodeAt(0)))
const NEWLINE = 10

/**
 * The sentences of a text, in order and without gaps but white space: prose, list items, headings and cells
 * alike. UTF-16 offsets. Linear; never longer than 600 units.
 */
export function* sentences(text: string): Generator<Range> {
  let start = 0
  let line = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    // Nearly all: they end a sentence only where it is too long.
    if (at - start < MOST && isUsual(code)) continue
    let ends = isTooLong(at - start, code)
    if (code === NEWLINE) {
      ends ||= breaks(text, line, at)
      line = at + 1
    } else if (marks(code)) {
      ends ||= closes(text, start, at)
    }
    if (!ends) continue
    at = closed(text, at)
    yield* trimmed(text, start, at + 1)
    start = at + 1
  }
  yield* trimmed(text, start, text.length)
}

/** The closing quotes and brackets of a sentence belong to it. */
function closed(text: string, at: number): number {
  if (text.charCodeAt(at) <= 32) return at
  let end = at
  while (CLOSING.has(text[end + 1] ?? '')) end++
  return end
}

function isTooLong(length: number, code: number): boolean {
  return length >= MOST && (code <= 32 || length >= MOST + 40)
}

/** Letters of most scripts, and the space. */
function isUsual(code: number): boolean {
  return code === 32 || (code > 63 && code <= 0x5ff)
}

function marks(code: number): boolean {
  if (code < 64) return code === 46 || code === 33 || code === 63
  return code > 0x5ff && (NARROW.has(code) || WIDE.has(code))
}

/** Whether a line break ends a sentence, and does not only wrap it. */
function breaks(text: string, line: number, at: number): boolean {
  if (at - line < WRAPPED) return true
  const next = /^[ \t>#*|]*(.?)/u.exec(text.slice(at + 1, at + 20))
  return next === null || !/^[\p{Ll}\p{Lo},;(]/u.test(next[1] ?? '')
}

/** Whether a mark ends a sentence, and does not only shorten a word or part a number. */
function closes(text: string, start: number, at: number): boolean {
  if (WIDE.has(text.charCodeAt(at))) return true
  let next = at + 1
  while (next < at + 4 && CLOSING.has(text[next] ?? '')) next++
  if (next < text.length && !(text.charCodeAt(next) <= 32)) return false
  return text[at] !== '.' || !shortens(text, start, at)
}

const CLOSING = new Set('"\'”’»)]*_`')

function shortens(text: string, start: number, at: number): boolean {
  const word = /[\p{L}.]{1,8}$/u.exec(text.slice(Math.max(start, at - 8), at))?.[0] ?? ''
  return word.length < 7 && (/^\p{L}$/u.test(word) || ABBREVIATIONS.has(word.toLowerCase()))
}

const ABBREVIATIONS = new Set([
  'e.g',
  'i.e',
  'etc',
  'vs',
  'cf',
  'mr',
  'mrs',
  'ms',
  'dr',
  'no',
  'fig',
  'approx',
  'z.b',
  'bzw',
  'p.ex',
  'т.е',
])

function trimmed(text: string, start: number, end: number): readonly Range[] {
  let from = start
  let to = end
  while (from < to && text.charCodeAt(from) <= 32) from++
  while (to > from && text.charCodeAt(to - 1) <= 32) to--
  return to > from ? [{ start: from, end: to }] : []
}
