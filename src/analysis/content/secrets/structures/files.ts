import { decoded } from '../checksums.ts'
import { matchOnce } from '../hits.ts'
import { placeholderReason } from '../placeholders.ts'
import { found, type Structure } from './structure.ts'

const HASHES =
  /\$(?:1|apr1|2[abxy]?|5|6|7|y|gy|argon2(?:id|i|d)|scrypt|pbkdf2-sha(?:1|256|512))\$[A-Za-z0-9./$=,+-]{20,300}/y

/** Hashes of passwords, as `shadow` and `htpasswd` keep them: who has them can try. */
export const PASSWORD_HASH: Structure = {
  id: 'password-hash',
  literals: [
    '$1$',
    '$apr1$',
    '$2a$',
    '$2b$',
    '$2y$',
    '$5$',
    '$6$',
    '$y$',
    '$7$',
    '$argon2',
    '$scrypt$',
    '$pbkdf2-',
  ],
  probe(text, at, _end, sink) {
    const match = matchOnce(sink, HASHES, text, at)
    if (match === null || placeholderReason(match[0].slice(4)) === 'masked') return
    sink.add(found('password-hash', at, at + match[0].length, 'hint', 'the hash of a password'))
  },
}

const HTPASSWD = /:\{S?SHA\}([A-Za-z0-9+/]{27,60}={0,2})/y

export const LDAP_HASH: Structure = {
  id: 'password-hash',
  literals: [':{SHA}', ':{SSHA}'],
  probe(text, at, _end, sink) {
    const match = matchOnce(sink, HTPASSWD, text, at)
    if (match !== null)
      sink.add(
        found('password-hash', at + 1, at + match[0].length, 'hint', 'the hash of a password'),
      )
  },
}

const WINDOW = 6000
const ENTRY =
  /^[ \t]{1,8}["']?[\w.-]{1,100}["']?[ \t]{0,4}:[ \t]{1,4}["']?([A-Za-z0-9+/]{4,4000}={0,2})["']?,?[ \t]{0,4}$/gm

/** Secrets of a cluster: every value under `data` of `kind: Secret` is one, in base64. */
export const KUBERNETES_SECRET: Structure = {
  id: 'kubernetes-secret-yaml',
  literals: [
    'kind: Secret',
    'kind: "Secret"',
    '"kind": "Secret"',
    '"kind":"Secret"',
    "kind: 'Secret'",
  ],
  probe(text, at, end, sink) {
    if (/[A-Za-z]/.test(text[end] ?? '')) return
    const before = text.slice(Math.max(0, at - WINDOW), at)
    const after = text.slice(at, at + WINDOW)
    const next = after.indexOf('\n---')
    const document = at - before.length + before.lastIndexOf('\n---') + 1
    const from = Math.max(sink.seen.get(ENTRY) ?? 0, document)
    const to = at + (next === -1 ? after.length : next)
    if (to <= from) return
    sink.seen.set(ENTRY, to)
    const part = text.slice(from, to)
    const data = part.search(/(?:^|\n)[ \t]{0,8}"?data"?[ \t]{0,4}:/)
    if (data === -1) return
    for (const match of part.slice(data).matchAll(ENTRY)) {
      const value = match[1] ?? ''
      const plain = decoded(value)
      if (
        value.length % 4 !== 0 ||
        plain === undefined ||
        plain.length < 3 ||
        placeholderReason(plain) !== undefined
      )
        continue
      const start = from + data + match.index + match[0].indexOf(value)
      sink.add(
        found(
          'kubernetes-secret-yaml',
          start,
          start + value.length,
          'likely',
          'a value of a secret of a cluster',
        ),
      )
    }
  },
}
