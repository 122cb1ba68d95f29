import type { Finding } from '../../kernel/finding.ts'
import { sha256 } from '../../kernel/hash.ts'
import { isObject, type Json } from '../../kernel/json.ts'
import type { PinVersion } from '../../kernel/pins.ts'

/** What a finding is in: a definition that was seen. */
export type Found = Pick<PinVersion, 'server' | 'kind' | 'name' | 'definition'>

/**
 * Names a finding: the item, the rule, the place, and the whole text in which it stands. When the text
 * becomes another one, it is another finding. Total.
 */
export function fingerprintOf({ server, kind, name, definition }: Found, finding: Finding): string {
  const { rule, at, inName, start, end, via } = finding
  const place = [at, inName === true, start, end, ...via]
  return sha256(JSON.stringify([server, kind, name, rule, place, textAt(definition, at)]))
}

/** The value at a JSON Pointer (RFC 6901), as JSON text; of what is not there, the whole definition's. */
function textAt(definition: Json, at: string): string {
  let value: Json | undefined = definition
  for (const step of at.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(value)) value = value[Number(key)]
    else value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  }
  try {
    return JSON.stringify(value ?? definition)
  } catch {
    // Too deep for the stack: no acceptance holds for it, since no other text has this one.
    return ''
  }
}
