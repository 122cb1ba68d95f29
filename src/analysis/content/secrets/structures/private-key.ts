import { decoded } from '../checksums.ts'
import { matchOnce } from '../hits.ts'
import { entropyOf } from '../look.ts'
import { found, type Structure } from './structure.ts'

const BEGIN = /-{4,5} ?BEGIN ([A-Z0-9 ]{0,40})PRIVATE KEY( BLOCK)? ?-{4,5}/y
const END = /-{4,5} ?END [A-Z0-9 ]{1,60}-{4,5}/y
const PUTTY = /PuTTY-User-Key-File-[23]: ?[a-z0-9-]{3,40}/y
const PUTTY_BODY = /Private-Lines: ?[0-9]{1,4}(?:\s|\\n){1,4}[A-Za-z0-9+/=\s\\]{40,20000}/y
const BASE64_LINE = /[A-Za-z0-9+/=]/
/** The least that a private key of any kind takes in base64: 32 bytes of Ed25519 in PKCS #8 take 64. */
const LEAST = 40
const LONGEST = 100_000

/** Private keys as text: PEM (RFC 7468), OpenSSH, PGP, with line breaks, escaped ones or none. */
export const PRIVATE_KEY: Structure = {
  id: 'private-key',
  literals: ['-----BEGIN ', '---- BEGIN '],
  probe(text, at, _end, sink) {
    const begin = matchOnce(sink, BEGIN, text, at)
    if (begin === null) return
    const start = begin.index + begin[0].length
    const { body, end } = bodyOf(text, start)
    if (body.length < LEAST || entropyOf(body) < 3) return
    const closed = text.startsWith('-----END ', end) || text.startsWith('---- END ', end)
    const tail = closed ? endOfLine(text, end) : end
    const certainty = closed && isKey(body, begin[1] ?? '') ? 'proved' : 'likely'
    sink.add(found('private-key', at, tail, certainty, 'it is a private key'))
  },
}

/** Base64 up to the next row of dashes; lines of headers, escapes and blanks do not count. */
function bodyOf(text: string, start: number): { readonly body: string; readonly end: number } {
  const next = text.indexOf('----', start)
  const stop = Math.min(next === -1 ? text.length : next, start + LONGEST)
  const body = text
    .slice(start, stop)
    .replaceAll(/\\{1,4}[nrt]/g, '\n')
    .split(/[\r\n]+/)
    .filter((line) => !line.includes(':'))
    .join('')
    .replaceAll(/[\s"'+,\\]/g, (char) => (char === '+' ? char : ''))
  let length = 0
  while (length < body.length && BASE64_LINE.test(body[length] ?? '')) length++
  return { body: body.slice(0, length), end: next === -1 ? endOfBody(text, start, stop) : stop }
}

/** A key that was cut off ends where its letters do. */
function endOfBody(text: string, start: number, stop: number): number {
  const end = text.slice(start, stop).search(/[^A-Za-z0-9+/=\s\\:,.-]/)
  return end === -1 ? stop : start + end
}

function endOfLine(text: string, at: number): number {
  END.lastIndex = at
  return END.test(text) ? END.lastIndex : at
}

/** DER begins with a sequence, OpenSSH with its name, an encrypted or a PGP one with anything. */
function isKey(body: string, kind: string): boolean {
  if (/ENCRYPTED|PGP|SSH2/.test(kind)) return true
  const bytes = Buffer.from(body.slice(0, 64), 'base64')
  return bytes[0] === 0x30 || bytes.toString('latin1').startsWith('openssh-key-v1')
}

/** PuTTY's own file format. */
export const PUTTY_KEY: Structure = {
  id: 'putty-private-key',
  literals: ['PuTTY-User-Key-File-'],
  probe(text, at, _end, sink) {
    if (at < (sink.seen.get(PUTTY_KEY) ?? 0) || matchOnce(sink, PUTTY, text, at) === null) return
    sink.seen.set(PUTTY_KEY, at + LONGEST)
    const lines = at + text.slice(at, at + LONGEST).indexOf('Private-Lines:')
    if (lines < at) return
    const body = matchOnce(sink, PUTTY_BODY, text, lines)
    if (body !== null)
      sink.add(
        found('putty-private-key', lines, lines + body[0].length, 'likely', 'it is a private key'),
      )
  },
}

const JWK_MEMBER = /"(?:d|k)"\s{0,4}:\s{0,4}"([A-Za-z0-9_-]{22,2000})"/y
const AROUND = 3000

/** JSON Web Keys (RFC 7517) with their private part. */
export const JWK: Structure = {
  id: 'jwk-private-key',
  literals: ['"d"', '"k"'],
  probe(text, at, _end, sink) {
    const member = matchOnce(sink, JWK_MEMBER, text, at)
    if (member === null) return
    const near = text.slice(Math.max(0, at - AROUND), at + AROUND)
    if (!near.includes('"kty"')) return
    const end = at + member[0].length - 1
    sink.add(
      found(
        'jwk-private-key',
        end - (member[1] ?? '').length,
        end,
        'proved',
        'it is the private part of a key',
      ),
    )
  },
}

const ENCODED = /LS0tLS1CRUdJTi[A-Za-z0-9+/]{40,16000}={0,2}/y

/** Keys within keys: base64 of PEM, as kube config and secrets of clusters have them. */
export const BASE64_PEM: Structure = {
  id: 'private-key-base64',
  literals: ['LS0tLS1CRUdJTi'],
  probe(text, at, _end, sink) {
    const match = matchOnce(sink, ENCODED, text, at)
    if (match === null || !/PRIVATE KEY/.test(decoded(match[0].slice(0, 120)) ?? '')) return
    sink.add(
      found('private-key', at, at + match[0].length, 'proved', 'it is a private key in base64'),
    )
  },
}
