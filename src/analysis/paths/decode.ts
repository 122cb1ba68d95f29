/** What a text becomes for a server that decodes it. */
export type Decoded =
  | { readonly kind: 'same' }
  | { readonly kind: 'decoded'; readonly text: string }
  /** Decoding makes other folders of it, or differs from decoder to decoder. */
  | { readonly kind: 'hides' }

const ESCAPE = /%(?:[\da-f]{2}|u[\da-f]{4})/i
/** Runs of escapes: characters of several bytes stand in one. */
const ESCAPES = /(?:%[\da-f]{2})+/gi
/** The escapes of old Microsoft servers. */
const WIDE_ESCAPE = /%u([\da-f]{4})/gi
/** UTF-8 in more bytes than it needs (RFC 3629 §3): a lax decoder makes `.` or `/` of it. */
const OVERLONG = /%c[01]%[\da-f]{2}|%e0%[89][\da-f]|%f0%8[\da-f]|%f[89a-f]%[\da-f]{2}/i

/**
 * Decodes percent encoding once (RFC 3986 §2.1). Whoever encodes a separator, a `.` or `..`, or a
 * NUL wants it to be seen by one reader and not by another: there is no honest use, so that `hides`.
 */
export function percentDecoded(text: string): Decoded {
  if (!ESCAPE.test(text)) return { kind: 'same' }
  if (OVERLONG.test(text)) return { kind: 'hides' }
  const decoded = text
    .replace(WIDE_ESCAPE, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replace(ESCAPES, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
  return hides(text, decoded) ? { kind: 'hides' } : { kind: 'decoded', text: decoded }
}

/** Whether the folders on the way are others after decoding, by number or by `.`, `..` and none. */
function hides(text: string, decoded: string): boolean {
  if (decoded.includes('\0') || !decoded.isWellFormed()) return true
  return structureOf(text) !== structureOf(decoded)
}

/** Names and separators in order, all names alike but those that lead somewhere else. */
function structureOf(text: string): string {
  const parts = text.split(/([\\/])/)
  return parts.map((part, index) => (index % 2 === 1 ? part : kindOfName(part))).join('')
}

function kindOfName(name: string): string {
  return name === '' || name === '.' || name === '..' ? `(${name})` : 'name'
}
