import { blobs, type Spending } from './blobs.ts'
import { escapes } from './escapes.ts'
import { type Passage, type Range, whole } from './passage.ts'
import { survey } from './survey.ts'
import { turned } from './turned.ts'

/** One way to read a text, or a part of it. */
export interface View {
  readonly text: string
  /** How it was encoded, outermost first; empty: the text itself. */
  readonly via: readonly string[]
  /**
   * Where a range of `text` stands in the original, as UTF-16 offsets, end exclusive. What was decoded as a
   * whole is where its encoded form stands.
   */
  place(start: number, end: number): Range
}

/** A passage that nobody sees. */
export interface Unseen extends Range {
  readonly kind: string
  /** The text that it carries. */
  readonly decoded?: string
}

export interface ViewOptions {
  /** How often what was decoded is decoded again; 2 when left out. */
  readonly layers?: number
  /** What nobody sees in the text, as far as it carries a text itself. */
  readonly hidden?: readonly Unseen[]
  /** Called when something was left unread because it would have been too much. */
  readonly onBound?: () => void
}

/** Decoded characters for each character of the original, and in any case. */
const MOST_TIMES = 4
const MOST_ANYHOW = 1 << 16
const MOST_PASSAGES = 2000

/**
 * The text itself first, then what comes out of decoding passages in it: base64, hex, percent, HTML entities,
 * backslash escapes, quoted-printable, gzip, ROT13, reversed lines, letters set apart, joined strings, and what
 * nobody sees. Plain text costs one pass. Linear in time, bounded in memory, total: what cannot be decoded
 * is no view.
 */
export function* views(text: string, options: ViewOptions = {}): Generator<View> {
  const original: View = { text, via: [], place: (start, end) => ({ start, end }) }
  yield original
  const spending = new Budget(text.length * MOST_TIMES + MOST_ANYHOW, options.onBound)
  let layer: readonly View[] = [original]
  for (let depth = options.layers ?? 2; depth > 0 && layer.length > 0; depth--) {
    const next: View[] = []
    for (const deeper of within(layer, options.hidden ?? [], spending)) {
      yield deeper
      next.push(deeper)
    }
    layer = next
  }
}

/** What is encoded in views. */
function* within(
  layer: readonly View[],
  hidden: readonly Unseen[],
  spending: Budget,
): Generator<View> {
  for (const view of layer) {
    const unseen = view.via.length === 0 ? hidden : []
    for (const passage of passages(view.text, unseen, spending)) {
      if (!spending.take(passage)) return
      yield inside(view, passage)
    }
  }
}

function* passages(
  text: string,
  hidden: readonly Unseen[],
  spending: Spending,
): Generator<Passage> {
  const marks = survey(text)
  yield* blobs(text, marks.runs, spending)
  yield* escapes(text, () => spending.bound())
  yield* turned(text, marks)
  for (const { kind, start, end, decoded } of hidden) {
    if (decoded !== undefined) yield whole(decoded, kind, { start, end })
  }
}

function inside(view: View, passage: Passage): View {
  return {
    text: passage.text,
    via: [...view.via, passage.via],
    place: (start, end) => {
      const inner = passage.place(start, end)
      return view.place(inner.start, inner.end)
    },
  }
}

/** Counts down what may still be decoded. */
class Budget implements Spending {
  left: number
  private passages = MOST_PASSAGES
  private readonly onBound: (() => void) | undefined

  constructor(characters: number, onBound: (() => void) | undefined) {
    this.left = characters
    this.onBound = onBound
  }

  spend(characters: number): boolean {
    if (characters > this.left) {
      this.bound()
      return false
    }
    this.left -= characters
    return true
  }

  take(passage: Passage): boolean {
    if (this.passages-- > 0) return this.spend(passage.text.length)
    this.bound()
    return false
  }

  bound(): void {
    this.onBound?.()
  }
}
