/** A text that was found encoded in another one. */
export interface Passage {
  readonly text: string
  /** How it was encoded, in one word. */
  readonly via: string
  /** Where a range of `text` stands in the other one. */
  place(start: number, end: number): Range
}

export interface Range {
  readonly start: number
  readonly end: number
}

/** A passage of which every part stands where the whole stands. */
export function whole(text: string, via: string, range: Range): Passage {
  return { text, via, place: () => range }
}

/** Writes a text out of pieces of another one, and keeps where each came from. */
export class Rewriting {
  private readonly pieces: string[] = []
  /** Where each piece begins in the new text, and its range in the old one. */
  private readonly starts: number[] = []
  private readonly ranges: Range[] = []
  private length = 0

  /** Takes a piece over as it is, or changed; of a changed piece only the whole range is known. */
  add(piece: string, start: number, end: number): void {
    if (piece === '') return
    this.pieces.push(piece)
    this.starts.push(this.length)
    this.ranges.push({ start, end })
    this.length += piece.length
  }

  passage(via: string): Passage {
    return {
      text: this.pieces.join(''),
      via,
      place: (start, end) => ({
        start: this.#at(start, false),
        end: this.#at(Math.max(end - 1, start), true),
      }),
    }
  }

  #at(offset: number, last: boolean): number {
    const index = Math.max(0, lastAtMost(this.starts, offset))
    const range = this.ranges[index] ?? { start: 0, end: 0 }
    const next = this.starts[index + 1] ?? this.length
    const same = range.end - range.start === next - (this.starts[index] ?? 0)
    if (!same) return last ? range.end : range.start
    const into = offset - (this.starts[index] ?? 0) + (last ? 1 : 0)
    return Math.min(range.start + into, range.end)
  }
}

/** The index of the last number that is not above `limit`; -1: none. */
function lastAtMost(sorted: readonly number[], limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low - 1
}
