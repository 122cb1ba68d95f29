import { type Passage, Rewriting } from './passage.ts'
import { rot13, type Survey } from './survey.ts'

/** Texts whose letters are turned, reversed or set apart. */

/** How many frequent words must stand in one line before it is worth reading it that way. */
const LEAST_WORDS = 2
/** Lines are cut to this: a sentence is not longer. */
const MOST_LINE = 4000

/** Lines of a text as they read in ROT13, reversed, and with their letters pushed together. */
export function* turned(text: string, survey: Survey): Generator<Passage> {
  yield* lines(text, survey.rotated, 'rot13', rot13)
  yield* lines(text, survey.reversed, 'reversed', (line) => [...line].reverse().join(''))
  if (survey.spaced.length > 0) yield together(text, survey.spaced)
}

function* lines(
  text: string,
  ends: readonly number[],
  via: string,
  turn: (line: string) => string,
): Generator<Passage> {
  for (let index = 0; index < ends.length; index++) {
    const { start, end } = lineAround(text, ends[index] ?? 0)
    let words = 1
    while ((ends[index + 1] ?? text.length + 1) <= end) {
      index++
      words++
    }
    if (words < LEAST_WORDS) continue
    const place = () => ({ start, end })
    yield { text: turn(text.slice(start, end)), via, place }
  }
}

function lineAround(
  text: string,
  offset: number,
): { readonly start: number; readonly end: number } {
  let start = offset
  const first = Math.max(0, offset - MOST_LINE / 4)
  while (start > first && text.charCodeAt(start - 1) !== 10) start--
  let end = offset
  const last = Math.min(text.length, start + MOST_LINE)
  while (end < last && text.charCodeAt(end) !== 10) end++
  return { start, end }
}

/**
 * Letters that stand alone, pushed together; where more separates them than what does mostly, a word ends.
 * Where nothing tells words apart, they come out as one.
 */
function together(text: string, spaced: readonly number[]): Passage {
  const writing = new Rewriting()
  for (let index = 0; index < spaced.length; index += 2) {
    push(writing, text, spaced[index] ?? 0, spaced[index + 1] ?? 0)
  }
  return writing.passage('set apart')
}

function push(writing: Rewriting, text: string, start: number, end: number): void {
  const usual = /^.([^a-z]*)/is.exec(text.slice(start, start + 8))?.[1] ?? ' '
  let from = start
  for (let at = start + 1; at <= end; at++) {
    if (at < end && !/[a-z]/i.test(text[at] ?? '')) continue
    writing.add(text[from] ?? '', from, from + 1)
    if (text.slice(from + 1, at) !== usual) writing.add(' ', from + 1, at)
    from = at
  }
  writing.add('\n', end, end)
}
