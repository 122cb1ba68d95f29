import { rangesOf } from '../../../kernel/address-ranges.ts'
import type { PersonalFound, PersonalType } from './kind.ts'

export const IP_ADDRESS: PersonalType = {
  type: 'ip-address',
  what: 'a public IP address',
  severity: 'low',
  proof: 'its form, and a public range',
}

const V4 = /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w-]|\.\d)/g
/** Most addresses in logs: not worth a closer look. */
const INTERNAL = /^(?:0|10|127|192\.168)\./
const LONGEST_V6 = 45
/** Shorter ones are times, or nobody's. */
const SHORTEST_V6 = 7
const V6_PART = /[0-9a-fA-F:.]/
/** Versions are written alike. */
const VERSION = /(?:v|ver|version|release|build|update|[^\w](?:v|ver)\.)[ :="']{0,3}$/i

/** Public addresses: what is private or reserved says nothing of a person. */
export function findAddresses(text: string, take: (found: PersonalFound) => void): void {
  const found = (raw: string, start: number): void => {
    if (rangesOf(raw)?.includes('public') !== true) return
    if (VERSION.test(text.slice(Math.max(0, start - 16), start))) return
    const end = start + raw.length
    take({ type: IP_ADDRESS.type, start, end, certainty: 'likely', value: raw.toLowerCase() })
  }
  for (const { 0: raw, index } of text.matchAll(V4))
    if (!INTERNAL.test(raw) && !/[\w.-]/.test(text[index - 1] ?? '')) found(raw, index)
  findV6(text, found)
}

/** RFC 4291, 2.2: from one colon to the next stand at most four digits. */
function findV6(text: string, found: (raw: string, start: number) => void): void {
  for (let at = text.indexOf(':'); at >= 0; ) {
    const { start, end } = isTwoColons(text, at)
      ? aroundColon(text, at)
      : { start: at, end: at + 1 }
    const raw = text.slice(start, end).replace(/(?:\.|(?<!:):)$/, '')
    const alone = !/\w/.test(`${text[start - 1] ?? ''} ${text[end] ?? ''}`)
    if (alone && raw.length > SHORTEST_V6) found(raw, start)
    at = text.indexOf(':', end)
  }
}

function aroundColon(text: string, at: number): { start: number; end: number } {
  let start = at
  let end = at + 1
  while (start > 0 && at - start < 5 && V6_PART.test(text[start - 1] ?? '')) start -= 1
  while (end - start <= LONGEST_V6 && V6_PART.test(text[end] ?? '')) end += 1
  return { start, end }
}

function isTwoColons(text: string, at: number): boolean {
  for (let next = at + 1; next <= at + 5; next += 1) {
    const code = text.charCodeAt(next)
    if (code === 58) return true
    const hex = (code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 102)
    if (!hex) return false
  }
  return false
}
