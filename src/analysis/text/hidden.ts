import type { Certainty } from '../../kernel/finding.ts'
import { judge } from './hidden-context.ts'
import type { HiddenKind } from './hidden-kind.ts'
import { readBits, readSelectors, readTags } from './smuggled.ts'

/** A run of one kind. UTF-16 offsets, end exclusive. */
export interface HiddenSpan {
  readonly kind: HiddenKind
  readonly start: number
  readonly end: number
  /** `hint` where honest writers do it too, `proved` where nobody does. */
  readonly certainty: Certainty
  /** The text that it carries, where it carries one. */
  readonly decoded?: string
}

/** Nearly every text has none of these, and this is quick to say. */
const ODD = /[^\t\n\r -~]/
/** U+2800 draws nothing, though it is a symbol; U+FFFC stands for what is elsewhere. */
const CANDIDATES =
  /[[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{C}\p{Zl}\p{Zp}\u{2800}\u{fffc}]--[\t\n\r]]/gv
const CANDIDATE = new RegExp(`^${CANDIDATES.source}$`, 'v')
/** Four marks stay: vocalised Hebrew and stacked Indic letters need no more. */
const MOST_MARKS = 4
const PILES = /[\p{M}--\p{Default_Ignorable_Code_Point}]{5,}/gv
const MARK = /^[\p{M}--\p{Default_Ignorable_Code_Point}]$/v
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u

/**
 * Everything in a text that people do not see as it stands, in order, runs of one kind as one. What scripts
 * and emoji are written with is not reported. Linear, total.
 */
export function findHidden(text: string): readonly HiddenSpan[] {
  if (!ODD.test(text)) return []
  const spans = runs(text)
  const piles = hasPile(text) ? pilesIn(text) : []
  if (piles.length === 0) return spans
  return [...spans, ...piles].sort((one, other) => one.start - other.start)
}

/**
 * The text as people see it, and as a model should get it: without what `findHidden` finds, but for what
 * may have a look of its own (private use, new characters) and the directions of text that has two. A lone
 * surrogate becomes U+FFFD, a separator a line feed. Idempotent; the same string where nothing changes.
 */
export function withoutHidden(text: string): string {
  let now = text
  // What is taken out may bring together what does not belong together: again, at most so many times.
  for (let round = 0; round < 4; round += 1) {
    const next = removeOnce(now)
    if (next === now) return now
    now = next
  }
  return cutPiles(now.replace(CANDIDATES, ''))
}

/**
 * The texts that hidden characters carry: of each run, and of all runs of one kind together where the
 * payload is strewn over the text.
 */
export function revealed(text: string): readonly string[] {
  const spans = findHidden(text)
  if (spans.length === 0) return []
  const texts = new Set(spans.flatMap(({ decoded }) => (decoded === undefined ? [] : [decoded])))
  for (const kind of ['tags', 'variation', 'zero-width'] as const) {
    const strewn = spans.filter((span) => span.kind === kind)
    if (strewn.length < 2) continue
    const whole = decode(kind, strewn.map(({ start, end }) => text.slice(start, end)).join(''))
    if (whole !== undefined) texts.add(whole)
  }
  return [...texts]
}

function runs(text: string): readonly HiddenSpan[] {
  const spans: HiddenSpan[] = []
  for (const found of hiddenIn(text)) {
    const last = spans.at(-1)
    if (last?.kind !== found.kind || last.end !== found.start) {
      spans.push(found)
      continue
    }
    const certainty = last.certainty === 'hint' ? found.certainty : last.certainty
    spans[spans.length - 1] = { ...last, end: found.end, certainty }
  }
  return spans.map((span) => read(text, span))
}

function* hiddenIn(text: string): Generator<HiddenSpan> {
  let rightToLeft: boolean | undefined
  for (let start = 0, from = 0; start < text.length; start += 1) {
    if (start < from || (kindOf(text.charCodeAt(start)) & MAY_HIDE) === 0) continue
    const character = candidateAt(text, start)
    if (character === undefined) continue
    rightToLeft ??= RIGHT_TO_LEFT.test(text)
    const { kind, certainty, length } = judge({ text, at: start, character, rightToLeft })
    from = start + length
    if (kind !== undefined) yield { kind, start, end: from, certainty }
  }
}

const KNOWN = 1
const MAY_HIDE = 2
const PILES_UP = 4
/** Of each UTF-16 unit what it may be, once it was met. A surrogate may be anything. */
const KINDS = new Uint8Array(0x10000)

function kindOf(unit: number): number {
  const known = KINDS[unit] ?? 0
  if (known !== 0) return known
  const character = String.fromCharCode(unit)
  const surrogate = unit >= 0xd800 && unit <= 0xdfff
  const kind =
    KNOWN |
    (surrogate || CANDIDATE.test(character) ? MAY_HIDE : 0) |
    (surrogate || MARK.test(character) ? PILES_UP : 0)
  KINDS[unit] = kind
  return kind
}

/** The character that begins at a place, if it is a candidate. The second half of a pair is none. */
function candidateAt(text: string, at: number): string | undefined {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  const unit = text.charCodeAt(at)
  if (unit < 0xd800 || unit > 0xdfff) return character
  const low = (unit & 0xfc00) === 0xdc00
  if (low && at > 0 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800) return undefined
  return CANDIDATE.test(character) ? character : undefined
}

/** Whether so many marks may follow each other. */
function hasPile(text: string): boolean {
  let run = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    run = unit > 127 && (kindOf(unit) & PILES_UP) !== 0 ? run + 1 : 0
    if (run > MOST_MARKS) return true
  }
  return false
}

function read(text: string, span: HiddenSpan): HiddenSpan {
  const decoded = decode(span.kind, text.slice(span.start, span.end))
  if (decoded === undefined) return span
  return { ...span, certainty: 'proved', decoded }
}

function decode(kind: HiddenKind, run: string): string | undefined {
  if (kind === 'tags') return readTags(run) || undefined
  if (kind === 'variation') return readSelectors(run)
  return kind === 'zero-width' ? readBits(run) : undefined
}

function pilesIn(text: string): readonly HiddenSpan[] {
  return [...text.matchAll(PILES)].map(({ index, 0: pile }) => {
    const marks = [...pile]
    const start = index + marks.slice(0, MOST_MARKS).join('').length
    const certainty = marks.length > 2 * MOST_MARKS ? 'likely' : 'hint'
    return { kind: 'marks', start, end: index + pile.length, certainty }
  })
}

function cutPiles(text: string): string {
  return text.replace(PILES, (pile) => [...pile].slice(0, MOST_MARKS).join(''))
}

function removeOnce(text: string): string {
  if (!ODD.test(text)) return text
  let kept = ''
  let from = 0
  for (const span of runs(text)) {
    kept += text.slice(from, span.start) + standIn(text, span)
    from = span.end
  }
  return cutPiles(kept + text.slice(from))
}

/** What takes the place of a hidden run. */
function standIn(text: string, { kind, start, end, certainty }: HiddenSpan): string {
  const run = text.slice(start, end)
  if (kind === 'private-use' || kind === 'unassigned' || kind === 'bidi') {
    return certainty === 'hint' ? run : ''
  }
  if (kind === 'surrogate') return '\ufffd'.repeat(run.length)
  return kind === 'separator' ? '\n' : ''
}
