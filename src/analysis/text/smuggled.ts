/** ASCII as tag characters (U+E0000 to U+E007F) carry it. Others are left out. */
export function readTags(run: string): string {
  let text = ''
  for (const tag of run) {
    const code = (tag.codePointAt(0) ?? 0) - 0xe0000
    if (code >= 0x20 && code < 0x7f) text += String.fromCharCode(code)
  }
  return text
}

/** The text whose UTF-8 bytes variation selectors stand for: U+FE00 and on for 0 to 15, U+E0100 and on for the rest. */
export function readSelectors(run: string): string | undefined {
  const bytes: number[] = []
  for (const selector of run) {
    const code = selector.codePointAt(0) ?? 0
    if (code >= 0xfe00 && code <= 0xfe0f) bytes.push(code - 0xfe00)
    else if (code >= 0xe0100 && code <= 0xe01ef) bytes.push(code - 0xe0100 + 16)
  }
  return readable(bytes)
}

/** What two to four characters without width spell as bits, in whichever order makes words of it. */
export function readBits(run: string): string | undefined {
  const symbols = [...new Set(run)].sort()
  if (run.length < 16 || symbols.length < 2 || symbols.length > 4) return undefined
  return readings(run, symbols).sort((one, other) => wordiness(other) - wordiness(one))[0]
}

function readings(run: string, symbols: readonly string[]): string[] {
  if (symbols.length === 4) return fromDigits(run, symbols, 2)
  if (symbols.length === 2) return fromDigits(run, symbols, 1)
  // A third symbol parts the characters.
  return symbols.flatMap((parting) => {
    const bits = symbols.filter((symbol) => symbol !== parting)
    return [...fromParts(run, bits, parting), ...fromDigits(run.replaceAll(parting, ''), bits, 1)]
  })
}

/** How much a text looks like words: what was read in the wrong order is full of signs and capitals. */
function wordiness(text: string): number {
  return text.replace(/[^\p{Ll}\p{Lo} ]/gu, '').length / text.length
}

function fromDigits(run: string, symbols: readonly string[], width: number): string[] {
  const sizes = width === 2 ? [4] : [8, 7]
  return [symbols, symbols.toReversed()].flatMap((order) => {
    const digits = [...run].map((symbol) => order.indexOf(symbol))
    return sizes.flatMap((size) => readable(numbers(digits, size, width)) ?? [])
  })
}

function numbers(digits: readonly number[], size: number, width: number): readonly number[] {
  const count = Math.floor(digits.length / size)
  return Array.from({ length: count }, (_, index) =>
    digits
      .slice(index * size, (index + 1) * size)
      .reduce((byte, digit) => (byte << width) | digit, 0),
  )
}

/** Characters of unequal length, as programs write numbers in base two. */
function fromParts(run: string, bits: readonly string[], parting: string): string[] {
  const parts = run.split(parting).filter((part) => part !== '')
  return [bits, bits.toReversed()].flatMap((order) => {
    const bytes = parts.map((part) =>
      part.length > 8 ? 256 : [...part].reduce((byte, bit) => (byte << 1) | order.indexOf(bit), 0),
    )
    return readable(bytes) ?? []
  })
}

/** Bytes as text, where they are text: nothing but letters, marks, numbers, punctuation, symbols, spaces. */
function readable(bytes: readonly number[]): string | undefined {
  if (bytes.length < 2 || bytes.some((byte) => byte > 255)) return undefined
  const text = Buffer.from(bytes).toString('utf8')
  return /\p{L}/u.test(text) &&
    /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\t\r\n]+$/u.test(text) &&
    !text.includes('\ufffd')
    ? text
    : undefined
}
