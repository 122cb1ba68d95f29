import { unmasked } from '../text/confusables.ts'
import { views } from '../text/decode.ts'
import { findHidden, type HiddenSpan } from '../text/hidden.ts'
import { type Range, Rewriting } from '../text/passage.ts'

/** A way to read a text: as people see it, with masked words unmasked, or as what it decodes to. */
export interface Reading {
  readonly text: string
  /** How it was encoded, outermost first; empty: as people see it. */
  readonly via: readonly string[]
  /** Where a range stands in the original. */
  place(start: number, end: number): Range
}

/** A text as it can be read: the first reading is what people see; and what they do not see. */
export interface Readings {
  readonly hidden: readonly HiddenSpan[]
  readonly readings: readonly Reading[]
  /** Whether everything that is encoded was decoded. */
  readonly complete: boolean
}

/** Reads a text in every way. Linear, bounded. */
export function readingsOf(text: string): Readings {
  const hidden = findHidden(text)
  let complete = true
  const onBound = () => {
    complete = false
  }
  const readings = [...views(text, { hidden, onBound })].map(
    (view): Reading => asSeen(view, view.via.length === 0 ? hidden : findHidden(view.text)),
  )
  return { hidden, readings, complete }
}

/** A reading without what nobody sees, and with look-alikes as the letters that they look like. */
function asSeen(reading: Reading, hidden: readonly HiddenSpan[]): Reading {
  const seen = hidden.length === 0 ? reading : without(reading, hidden)
  const plain = unmasked(seen.text)
  if (plain === undefined) return seen
  const { text, offsets } = plain
  const original = (at: number) => offsets[Math.min(at, text.length)] ?? 0
  return {
    text,
    via: reading.via,
    place: (start, end) => seen.place(original(start), original(end)),
  }
}

function without(reading: Reading, hidden: readonly HiddenSpan[]): Reading {
  const writing = new Rewriting()
  let from = 0
  for (const { start, end } of hidden) {
    writing.add(reading.text.slice(from, start), from, start)
    from = Math.max(from, end)
  }
  writing.add(reading.text.slice(from), from, reading.text.length)
  const { text, place } = writing.passage('')
  return {
    text,
    via: reading.via,
    place: (start, end) => {
      const inner = place(start, end)
      return reading.place(inner.start, inner.end)
    },
  }
}
