import { isObject, type Json } from './json.ts'

/**
 * Writes a JSON value in its one canonical form (RFC 8785, JCS): members sorted by UTF-16 code
 * units, no white space, numbers as ECMAScript prints them.
 *
 * @throws {TypeError} for what JSON cannot hold: a number that is not finite, a lone surrogate.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return canonicalString(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`\`${value}\` is not a JSON number`)
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members: string[] = []
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (member !== undefined) members.push(`${canonicalString(key)}:${canonicalJson(member)}`)
  }
  return `{${members.join(',')}}`
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('a string holds a lone surrogate')
  return JSON.stringify(text)
}
