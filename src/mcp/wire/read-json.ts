import type { Json } from '../../kernel/json.ts'
import { afterString } from './json-string.ts'

const SPACE = 0x20

/**
 * Reads a JSON text whose member names are written with escapes. V8's `JSON.parse` cannot be
 * trusted with those (nodejs/node issue 63785): once it has seen an object with the name
 * `\u0061rgu`, backslash and all, it may read `"\u0061rguments"` as that name, and one message
 * hides an argument of the next. Slower than `JSON.parse`; linear.
 *
 * @param text valid JSON, of bounded depth.
 * @param readScalar reads a number, `true`, `false` or `null`.
 */
export function readJson(
  text: string,
  readScalar: (word: string) => Json = (word) => JSON.parse(word) as Json,
): Json {
  let at = 0
  const peek = (): string => {
    while (text.charCodeAt(at) <= SPACE) at += 1
    return text.charAt(at)
  }
  const readString = (): string => {
    const start = at
    at = afterString(text, at)
    const literal = text.slice(start, at)
    return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1)
  }
  const readWord = (): Json => {
    const start = at
    while (at < text.length && !',]} \t\r\n'.includes(text.charAt(at))) at += 1
    return readScalar(text.slice(start, at))
  }
  const readItems = (close: string, readItem: () => void): void => {
    at += 1
    while (peek() !== close) {
      readItem()
      if (peek() === ',') at += 1
    }
    at += 1
  }
  const readArray = (): Json => {
    const items: Json[] = []
    readItems(']', () => items.push(readValue()))
    return items
  }
  const readObject = (): Json => {
    const members: [string, Json][] = []
    readItems('}', () => {
      const name = readString()
      peek()
      at += 1
      members.push([name, readValue()])
    })
    return Object.fromEntries(members)
  }
  const readValue = (): Json => {
    const first = peek()
    if (first === '{') return readObject()
    if (first === '[') return readArray()
    return first === '"' ? readString() : readWord()
  }
  return readValue()
}
