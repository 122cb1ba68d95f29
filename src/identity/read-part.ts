import { isObject, type JsonObject } from '../kernel/json.ts'

/** A part of a signed token (RFC 7515 section 3.1) as a JSON object; undefined when it is none. */
export function readPart(text: string | undefined): JsonObject | undefined {
  try {
    const bytes = Buffer.from(text ?? '', 'base64url')
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
