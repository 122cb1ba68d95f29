import type { Leaf } from './leaves.ts'

/** One text to be looked at: a leaf, or many short ones, each in a line with its name. */
export interface Batch {
  readonly text: string
  /** The name of the one leaf. */
  readonly name: string
  /** The leaves that it is made of, in order, and where each begins and ends in it. */
  readonly parts: readonly Part[]
}

export interface Part {
  readonly leaf: Leaf
  readonly start: number
  readonly end: number
}

/** Longer leaves are looked at on their own. */
const SHORT = 256
/** A batch is looked at as one text: what is wrong with it stays with few leaves. */
const FULL = 16_384
/** Names are said up to here. */
const LONGEST_NAME = 64
/** Nothing reads over the end of a paragraph. */
const END = '\n\n'

/**
 * Leaves as texts to look at. Short ones are put together as `name: value`, one in a paragraph: a million
 * of them cost what one text of their length does.
 */
export function* batchesOf(leaves: Iterable<Leaf>): Generator<Batch, void> {
  let pieces: string[] = []
  let parts: Part[] = []
  let length = 0
  const flush = (): Batch => {
    const batch = { text: pieces.join(''), name: '', parts }
    pieces = []
    parts = []
    length = 0
    return batch
  }
  for (const leaf of leaves) {
    const { text, name } = leaf
    if (text === '') continue
    if (text.length > SHORT) {
      yield { text, name, parts: [{ leaf, start: 0, end: text.length }] }
      continue
    }
    const label = name === '' ? '' : `${name.slice(0, LONGEST_NAME)}: `
    const start = length + label.length
    parts.push({ leaf, start, end: start + text.length })
    pieces.push(label, text, END)
    length = start + text.length + END.length
    if (length > FULL) yield flush()
  }
  if (parts.length > 0) yield flush()
}

/** The parts that a range touches; the paragraphs and names between them are nobody's. */
export function* partsIn(
  parts: readonly Part[],
  start: number,
  end: number,
): Generator<Part, void> {
  let low = 0
  let high = parts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((parts[middle] as Part).end <= start) low = middle + 1
    else high = middle
  }
  for (let index = low; index < parts.length; index += 1) {
    const part = parts[index] as Part
    if (part.start >= end) return
    yield part
  }
}
