import { hkdfSync } from 'node:crypto'

/** Letters, digits and choices that follow from a key and a name: the same every time, foreseen by nobody. */
export interface Draw {
  /** Characters of an alphabet of at most 256. */
  text(alphabet: string, length: number): string
  one<T>(choices: readonly [T, ...T[]]): T
}

/** Bytes drawn for one name; a value takes two for each character. */
const BYTES = 1_024

/** @param key secret; @param name what it is drawn for. */
export function drawOf(key: Uint8Array, name: string): Draw {
  const bytes = Buffer.from(hkdfSync('sha256', key, '', name, BYTES))
  let used = 0
  // Two bytes: their remainder is as good as even for the few choices there are.
  const below = (count: number): number => {
    const drawn = bytes.readUInt16BE(used)
    used += 2
    return drawn % count
  }
  return {
    text: (alphabet, length) =>
      Array.from({ length }, () => alphabet[below(alphabet.length)]).join(''),
    one: (choices) => choices[below(choices.length)] ?? choices[0],
  }
}
