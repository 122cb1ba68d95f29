import { posix } from 'node:path'
import { rangesOf } from '../../kernel/address-ranges.ts'
import { isVisible } from '../../kernel/visible-text.ts'
import { isWithin } from '../profile/paths.ts'

/** Why nobody is led to open a host or a path: who wants it open all the same writes it themselves. */
export type Withheld = 'secret' | 'home' | 'system' | 'metadata' | 'private-range' | 'unreadable'

const MAX_HOST = 253
const MAX_PATH = 1_024

/**
 * Names that only a network of one's own resolves: RFC 6761, RFC 6762, RFC 8375, and `internal`, which
 * ICANN keeps for that. `metadata.google.internal` is one of them.
 */
const OWN_NAMES: ReadonlySet<string> = new Set([
  ...['localhost', 'local', 'internal', 'arpa', 'lan', 'home', 'corp', 'intranet', 'private'],
  ...['test', 'example', 'invalid', 'onion', 'alt'],
])

/** Why a host is not offered; undefined when it may be: a public name, or a public address. */
export function withheldHost(host: string): Withheld | undefined {
  const ranges = rangesOf(host)
  if (ranges === undefined) return withheldName(host)
  if (ranges.includes('metadata')) return 'metadata'
  return ranges.length === 1 && ranges[0] === 'public' ? undefined : 'private-range'
}

function withheldName(name: string): Withheld | undefined {
  if (name.length > MAX_HOST) return 'unreadable'
  const labels = name.split('.')
  if (!labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)))
    return 'unreadable'
  const last = labels.at(-1) ?? ''
  // resolvers read a name that ends in a number as an address, in any of its old notations
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(last)) return 'unreadable'
  return labels.length === 1 || OWN_NAMES.has(last) ? 'private-range' : undefined
}

/** Where a machine keeps what is its own: programs, devices, state of the kernel, passwords, sockets. */
const SYSTEM = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/tmp'],
  ...['/boot', '/dev', '/etc', '/proc', '/run', '/sys', '/var/run', '/var/lib', '/var/log'],
]

/** Names that people give to files with keys. Whatever begins with a dot is withheld in any case. */
const SECRET_NAME =
  /^id_|\.(?:pem|key|p12|pfx|jks|kdbx|keytab|ovpn|asc|gpg|age)$|secret|password|passwd|credential|token/i

/**
 * Why a path is not offered; undefined when it may be. A home itself and what holds it never are; what
 * lies deeper in one may be.
 *
 * @param homes absolute; `/root` and the folders of `/home` and `/Users` count in any case.
 */
export function withheldPath(path: string, homes: readonly string[] = []): Withheld | undefined {
  if (path.length > MAX_PATH || !isVisible(path) || !isPlainAbsolute(path)) return 'unreadable'
  if (path === '/' || SYSTEM.some((folder) => isWithin(path, folder) || isWithin(folder, path)))
    return 'system'
  const parts = path.slice(1).split('/')
  if (parts.some((part) => part.startsWith('.') || SECRET_NAME.test(part))) return 'secret'
  if (isWithin(path, '/root')) return 'home'
  if (/^\/(?:home|Users)(?:\/[^/]+)?$/.test(path)) return 'home'
  return homes.some((home) => isWithin(home, path)) ? 'home' : undefined
}

function isPlainAbsolute(path: string): boolean {
  return (
    path.startsWith('/') && posix.normalize(path) === path && (path === '/' || !path.endsWith('/'))
  )
}
