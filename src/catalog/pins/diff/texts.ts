import { isVisible, spellOut } from '../../../kernel/visible-text.ts'

/** Characters of a text that are shown, and of what stays the same before the first difference. */
const MAX_SHOWN = 2_000
const BEFORE = 200
/** Characters of a chunk. */
const MAX_CHUNK = 4_000
/** Words times words that are compared one by one; more is one change. */
const MAX_WORK = 250_000

/** A passage of two texts. */
export interface TextChunk {
  readonly kind: 'same' | 'added' | 'removed'
  /** With everything unseen spelled out, and look-alike letters named. */
  readonly text: string
}

/**
 * What of a text stayed, went and came, by words. Time and memory are bounded: texts that differ in too many
 * words differ as a whole.
 */
export function textDiff(before: string, after: string): readonly TextChunk[] {
  return chunks(before, after).map(({ kind, text }) => ({ kind, text: legible(text, MAX_CHUNK) }))
}

/** The passages that came, as they are. */
export function addedText(before: string, after: string): string {
  return chunks(before, after)
    .filter(({ kind }) => kind === 'added')
    .map(({ text }) => text)
    .join('\n')
}

/** Two texts from shortly before their first difference on, legible. */
export function shownTexts(before: string, after: string): readonly [string, string] {
  let same = 0
  while (same < before.length && before[same] === after[same]) same += 1
  const start = same > 2 * BEFORE ? same - BEFORE : 0
  const show = (text: string): string =>
    (start > 0 ? '…' : '') + legible(text.slice(start), MAX_SHOWN)
  return [show(before), show(after)]
}

/** A text with everything unseen spelled out, and letters of other alphabets in Latin words named. */
export function legible(text: string, most = MAX_SHOWN): string {
  // Lines and tabs are no secret.
  const parts = text.slice(0, 2 * most).split(/([\n\t])/)
  const shown = parts.map((part) =>
    /^[\n\t]$/.test(part) ? part : spellOut(named(part), Infinity),
  )
  const all = shown.join('')
  return text.length > most || all.length > 4 * most ? `${all.slice(0, 4 * most)}…` : all
}

const WORD = /[\p{L}\p{M}]+/gu
const OTHER_LETTER = /(?!\p{Script=Latin})\p{L}/gu

function named(text: string): string {
  return text.replace(WORD, (word) =>
    /[a-z]/i.test(word)
      ? word.replace(OTHER_LETTER, (letter) => `${letter}[U+${code(letter)}]`)
      : word,
  )
}

function code(letter: string): string {
  return (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
}

/** Whether a text holds what nobody sees; lines, tabs and what emoji are made of are no secret. */
export function isHiding(text: string): boolean {
  return !isVisible(text.replace(/[\n\r\t]|\p{Extended_Pictographic}\ufe0f?\u200d?/gu, ' '))
}

/** Whether a word of Latin letters has others among them. */
export function hasLookAlikes(text: string): boolean {
  return named(text) !== text
}

function chunks(before: string, after: string): readonly TextChunk[] {
  const [old, now] = [wordsOf(before), wordsOf(after)]
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1
  let end = 0
  const shorter = Math.min(old.length, now.length) - start
  while (end < shorter && old.at(-1 - end) === now.at(-1 - end)) end += 1
  const made: TextChunk[] = []
  const add = (kind: TextChunk['kind'], words: readonly string[]): void => {
    const last = made.at(-1)
    const text = words.join('')
    if (text === '') return
    if (last?.kind === kind) made.splice(-1, 1, { kind, text: last.text + text })
    else made.push({ kind, text })
  }
  add('same', old.slice(0, start))
  between(old.slice(start, old.length - end), now.slice(start, now.length - end), add)
  add('same', old.slice(old.length - end))
  return made
}

function wordsOf(text: string): readonly string[] {
  return text.match(/\s+|[^\s]+/gu) ?? []
}

type Add = (kind: TextChunk['kind'], words: readonly string[]) => void

/** The longest common subsequence, where that is affordable. */
function between(old: readonly string[], now: readonly string[], add: Add): void {
  if (old.length * now.length > MAX_WORK) {
    add('removed', old)
    add('added', now)
    return
  }
  const length = commonLengths(old, now)
  let [row, column] = [0, 0]
  while (row < old.length && column < now.length)
    if (old[row] === now[column]) {
      add('same', [old[row++] ?? ''])
      column += 1
    } else if (length(row + 1, column) >= length(row, column + 1))
      add('removed', [old[row++] ?? ''])
    else add('added', [now[column++] ?? ''])
  add('removed', old.slice(row))
  add('added', now.slice(column))
}

/** The length of the longest common subsequence of what follows two places. */
function commonLengths(
  old: readonly string[],
  now: readonly string[],
): (row: number, column: number) => number {
  const width = now.length + 1
  // No more than the root of `MAX_WORK`, which fits.
  const lengths = new Uint16Array((old.length + 1) * width)
  const length = (row: number, column: number): number => lengths[row * width + column] ?? 0
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = now.length - 1; column >= 0; column -= 1)
      lengths[row * width + column] =
        old[row] === now[column]
          ? length(row + 1, column + 1) + 1
          : Math.max(length(row + 1, column), length(row, column + 1))
  return length
}
