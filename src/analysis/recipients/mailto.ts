import { readAddressList } from './address-list.ts'
import { flagged, type ListResult } from './listed.ts'

const BROKEN = { unparsable: 'is a mailto URL that cannot be read' } as const

/** Whether a text is a `mailto:` URL. */
export function isMailto(text: string): boolean {
  return /^\s{0,64}mailto:/i.test(text)
}

/**
 * Reads a `mailto:` URL (RFC 6068): the addresses in its path, and those of `to`, `cc` and `bcc`. Line
 * ends in other fields than the body could add fields of their own, so they are refused.
 */
export function readMailto(text: string): ListResult {
  const rest = text.trim().slice('mailto:'.length)
  if (rest.includes('#')) return BROKEN
  const [path = '', ...queries] = rest.split('?')
  const fields = queries.flatMap((query) => query.split(/&(?:amp;)?/))
  const parts: ListResult[] = [addressesOf(path, ['mailto'])]
  for (const field of fields) parts.push(readField(field))
  return joined(parts)
}

function readField(field: string): ListResult {
  const [rawName = '', ...rest] = field.split('=')
  const name = decoded(rawName)?.trim().toLowerCase()
  const value = rest.join('=')
  if (name === undefined) return BROKEN
  if (name === 'to' || name === 'cc' || name === 'bcc')
    return addressesOf(value, ['copy', 'mailto'])
  const plain = decoded(value)
  const injects = plain === undefined || (name !== 'body' && /[\r\n]/.test(plain))
  return injects || /[\r\n]/.test(name) ? BROKEN : { recipients: [] }
}

function addressesOf(encoded: string, flags: readonly string[]): ListResult {
  const text = decoded(encoded)
  if (text === undefined) return BROKEN
  const result = readAddressList(text)
  if ('unparsable' in result) return result
  return { recipients: result.recipients.map((one) => flagged(one, flags)) }
}

function joined(parts: readonly ListResult[]): ListResult {
  const recipients = []
  for (const part of parts) {
    if ('unparsable' in part) return part
    recipients.push(...part.recipients)
  }
  return { recipients }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
