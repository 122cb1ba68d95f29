import { GatewayError } from '../../kernel/errors.ts'

/** HTTP request headers as `node:http` gives them: lower-case names. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

const PREFIX = '=?base64?'
const SUFFIX = '?='
const PLAIN = /^[!-~](?:[ -~]*[!-~])?$/
const FIELD_VALUE = /^[\t -~]*$/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a header that must occur at most once, without the optional white space around it
 * (RFC 9110 section 5.5).
 *
 * @throws GatewayError `header_mismatch` when it occurs twice.
 */
export function readHeader(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name]
  if (value === undefined) return undefined
  if (typeof value === 'string')
    return value.replace(/^[\t ]+/, '').replace(/(?<![\t ])[\t ]+$/, '')
  throw new GatewayError('header_mismatch', `header \`${name}\` occurs more than once`)
}

/**
 * Writes a value as a header can carry it (2026-07-28, Streamable HTTP, "Value Encoding"): visible
 * ASCII as it is, all else as `=?base64?…?=`.
 */
export function encodeHeaderValue(text: string): string {
  if (PLAIN.test(text) && !looksEncoded(text)) return text
  return PREFIX + Buffer.from(text, 'utf8').toString('base64') + SUFFIX
}

/**
 * Reads what `encodeHeaderValue` wrote. Undefined for what no encoder writes: characters that a
 * header cannot hold, base64 in any but its canonical form (RFC 4648 section 3.5), not UTF-8.
 */
export function decodeHeaderValue(value: string): string | undefined {
  if (!FIELD_VALUE.test(value)) return undefined
  if (!looksEncoded(value)) return value
  const base64 = value.slice(PREFIX.length, -SUFFIX.length)
  const bytes = Buffer.from(base64, 'base64')
  if (value.length < PREFIX.length + SUFFIX.length || bytes.toString('base64') !== base64) {
    return undefined
  }
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

function looksEncoded(value: string): boolean {
  return value.startsWith(PREFIX) && value.endsWith(SUFFIX)
}
