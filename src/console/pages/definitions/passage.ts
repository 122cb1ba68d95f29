/** Characters around a passage that are shown with it. */
const AROUND = 120

/** A passage, and what stands around it. */
export interface Passage {
  readonly before: string
  readonly passage: string
  readonly after: string
}

/**
 * A passage where it stands in a definition: `undefined` where the definition does not hold it as it is,
 * such as what was decoded.
 */
export function passageIn(definition: unknown, at: string, passage: string): Passage | undefined {
  const text = valueAt(definition, at)
  if (passage === '' || typeof text !== 'string') return undefined
  const start = text.indexOf(passage)
  if (start === -1) return undefined
  const end = start + passage.length
  const [from, to] = [Math.max(0, start - AROUND), Math.min(text.length, end + AROUND)]
  return {
    before: `${from > 0 ? '…' : ''}${text.slice(from, start)}`,
    passage,
    after: `${text.slice(end, to)}${to < text.length ? '…' : ''}`,
  }
}

/** What a JSON Pointer (RFC 6901) leads to; undefined where it leads nowhere. */
export function valueAt(value: unknown, pointer: string): unknown {
  if (pointer === '') return value
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (inner, token) =>
        typeof inner === 'object' && inner !== null && Object.hasOwn(inner, token)
          ? (inner as Readonly<Record<string, unknown>>)[token]
          : undefined,
      value,
    )
}

const SPELLED = /\[U\+([0-9A-F]{4,6})\]/g
const LAST = 0x10ffff
const LETTER = /\p{L}/u

/**
 * A text in which what nobody sees was spelled out (`[U+202E]`), with the characters themselves again, for
 * components that mark them. Codes of letters stay: they stand beside their letter.
 */
export function unseenAgain(text: string): string {
  return text.replaceAll(SPELLED, (written, digits: string) => {
    const code = Number.parseInt(digits, 16)
    if (code > LAST) return written
    const character = String.fromCodePoint(code)
    return LETTER.test(character) ? written : character
  })
}
