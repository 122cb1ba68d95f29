import { canonicalAddress } from '../../kernel/address-ranges.ts'
import { isInternalName } from './known-names.ts'
import { lookalikeFlags } from './lookalikes.ts'

/** A host, as it will be looked up or connected to. */
export interface HostReading {
  /** ASCII, lower case, no trailing dot; addresses in canonical form, without brackets. */
  readonly host: string
  /** The addresses that a literal stands for, in every notation that readers take it for. Empty for names. */
  readonly addresses: readonly string[]
  /** Hosts that readers by other standards take it for. */
  readonly others: readonly string[]
  readonly flags: readonly string[]
}

/** RFC 1035, 2.3.4. */
const LONGEST_NAME = 253
const LONGEST_LABEL = 63
/** The longest name has 253 characters, each of which may be written as twelve (`%F0%9F%98%80`). */
const LONGEST_RAW = 12 * LONGEST_NAME

/**
 * Reads a host as written in a URL, an IPv6 address in brackets, by the WHATWG URL standard ("host
 * parsing", with UTS #46). Undefined for what no host can be.
 */
export function readHost(raw: string): HostReading | undefined {
  const { text, zone } = withoutZone(raw)
  const parsed = whatwgHost(text)
  if (parsed === undefined) return undefined
  const bare = parsed.replace(/^\[|\]$/g, '')
  const literal = canonicalAddress(bare)
  const flags = new Set<string>(zone ? ['zone'] : [])
  if (/[.。．｡]$/.test(text)) flags.add('trailing-dot')
  const reading = literal === undefined ? readName(text, parsed, flags) : readLiteral(text, literal)
  if (reading === undefined) return undefined
  return { ...reading, flags: [...new Set([...flags, ...reading.flags])].sort() }
}

/** `host` of the WHATWG URL standard: percent decoding, UTS #46, every notation of IPv4. */
function whatwgHost(text: string): string | undefined {
  if (text === '' || text.length > LONGEST_RAW) return undefined
  const outside = text.startsWith('[') ? text.slice(text.indexOf(']') + 1) : text
  if (/[/\\?#@\s:]/.test(outside)) return undefined
  return URL.parse(`http://${text}/`)?.hostname
}

/** RFC 6874: `[fe80::1%25eth0]`; and the form with a bare `%` that most programs take. */
function withoutZone(raw: string): { readonly text: string; readonly zone: boolean } {
  if (!raw.startsWith('[')) return { text: raw, zone: false }
  const text = raw.replace(/%[^\]]*\]/, ']')
  return { text, zone: text !== raw }
}

function readName(
  text: string,
  parsed: string,
  dots: ReadonlySet<string>,
): HostReading | undefined {
  const host = dots.has('trailing-dot') ? parsed.replace(/\.$/, '') : parsed
  const labels = host.split('.')
  if (host.length > LONGEST_NAME || labels.some((label) => !isLabel(label))) return undefined
  const other = olderName(text)
  const others = other === undefined || other === host ? [] : [other]
  const flags = [
    ...(host.includes('xn--') ? ['idn'] : []),
    ...(isPlain(text) ? [] : ['encoded-host']),
    ...(/[^a-z0-9._-]/.test(host) ? ['odd-host'] : []),
    ...(isInternalName(host) ? ['internal-name'] : []),
    ...(others.length > 0 ? ['ambiguous'] : []),
    ...lookalikeFlags(host),
  ]
  return { host, addresses: [], others, flags }
}

function isLabel(label: string): boolean {
  return label !== '' && label.length <= LONGEST_LABEL
}

/** Whether a reader who does not decode or map anything but the letters of IDNA sees the same name. */
function isPlain(text: string): boolean {
  if (/[%\u3002\uff61]|\p{Default_Ignorable_Code_Point}/u.test(text)) return false
  return text.normalize('NFKC') === text
}

/**
 * The name by IDNA 2003 (RFC 3490), by which some libraries still look up: its mapping differs from
 * UTS #46 for these four characters only.
 */
function olderName(text: string): string | undefined {
  if (!/[ßẞς\u200c\u200d]/.test(text)) return undefined
  const older = text
    .replace(/[ßẞ]/g, 'ss')
    .replace(/ς/g, 'σ')
    .replace(/[\u200c\u200d]/g, '')
  return whatwgHost(older)?.replace(/\.$/, '')
}

function readLiteral(text: string, host: string): HostReading {
  const written = text
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
  const decimal = decimalReading(written)
  const differs = decimal !== undefined && decimal !== host
  const flags = [
    'ip-literal',
    ...(written === host ? [] : ['encoded-ip']),
    ...(differs ? ['ambiguous'] : []),
  ]
  return { host, addresses: differs ? [host, decimal].sort() : [host], others: [], flags }
}

/** `010.0.0.1` is 8.0.0.1 to WHATWG and inet_aton (octal), and 10.0.0.1 to strict decimal readers. */
function decimalReading(written: string): string | undefined {
  if (!/^(?:\d{1,10}\.){3}\d{1,10}$/.test(written)) return undefined
  return canonicalAddress(written.split('.').map(Number).join('.'))
}
