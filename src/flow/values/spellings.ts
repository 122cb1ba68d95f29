import { posix } from 'node:path'
import { domainToUnicode } from 'node:url'
import { type Address, addressOf } from './addresses.ts'
import { wordsOf } from './words.ts'

/** Shorter values read as something else by chance when they are turned around. */
const LEAST_TURNED = 6
const LONGEST_TURNED = 300
/** Hosts above a host that a link may be named by. */
const MOST_ABOVE = 4

/**
 * Runs of words by which a text may have named a value: as it is, as people write it who avoid `@` and `.`, as
 * programs understand it, and turned around. Any of them is enough to follow the text, and none is there by chance.
 */
export function spellings(words: readonly string[], value: string): readonly (readonly string[])[] {
  const address = words.length > 1 ? addressOf(value) : undefined
  const all = [words, ...turnedOf(words, value)]
  if (address?.link) return [...all, ...ofLink(address)]
  if (address) return [...all, ...ofMailbox(address.text)]
  return /[/\\]\.{1,2}[/\\]/.test(value) ? [...all, ofPath(value)] : all
}

/** The parts of a mailbox. */
export function splitAt(value: string): readonly [string, string] {
  const at = value.lastIndexOf('@')
  return [value.slice(0, at), value.slice(at + 1)]
}

function ofMailbox(text: string): readonly (readonly string[])[] {
  const [local, domain] = splitAt(text)
  const plain = plainLocal(local)
  return [
    wordsOf(`${plain}@${domain}`),
    ...(plain === local ? [] : spoken(plain, domain)),
    ...spoken(local, domain),
  ]
}

function spoken(local: string, domain: string): readonly (readonly string[])[] {
  return [
    [...wordsOf(local), 'at', ...wordsOf(domain)],
    [...wordsOf(local), 'at', ...dotted(domain)],
    [...dotted(local), 'at', ...dotted(domain)],
  ]
}

/** Without what leads to the same mailbox: comments (RFC 5322 §3.2.2), details behind `+` (RFC 5233). */
function plainLocal(local: string): string {
  const bare = local.replace(/\([^()]{0,64}\)/g, '')
  const plus = bare.indexOf('+')
  return plus > 0 ? bare.slice(0, plus) : bare
}

function ofLink({ text, host }: Address): readonly (readonly string[])[] {
  const understood = understoodHost(text)
  const hosts = new Set([host ?? '', ...(understood === undefined ? [] : [understood])])
  for (const one of [...hosts]) for (const above of hostsAbove(one)) hosts.add(above)
  return [dotted(text), ...[...hosts].map(wordsOf)].filter((one) => one.length > 1)
}

/** The host as browsers understand it: numbers as IPv4 addresses, `xn--` as what people read. */
function understoodHost(text: string): string | undefined {
  const url = URL.parse(/^[a-z][a-z0-9+.-]{1,20}:\/\//i.test(text) ? text : `http://${text}`)
  return url === null ? undefined : domainToUnicode(url.hostname)
}

/** Whoever has a host has all below it, and sees what is asked of them. */
function hostsAbove(host: string): readonly string[] {
  const labels = host.replace(/\.$/, '').split('.')
  if (/^\d+$/.test(labels.at(-1) ?? '')) return []
  // What many share, as a registry's name is, has two labels and short ones.
  return labels
    .map((_, at) => labels.slice(at))
    .filter((above) => above.length >= 2 && above.length < labels.length && isOwned(above))
    .slice(-MOST_ABOVE)
    .map((above) => above.join('.'))
}

function isOwned(labels: readonly string[]): boolean {
  return labels.length > 2 || (labels[0] ?? '').length > 3
}

function dotted(text: string): readonly string[] {
  return text.split('.').flatMap((part, at) => [...(at === 0 ? [] : ['dot']), ...wordsOf(part)])
}

function ofPath(value: string): readonly string[] {
  return wordsOf(posix.normalize(value.replaceAll('\\', '/')))
}

/** From its end to its beginning, and each letter by the one thirteen further on. */
function turnedOf(words: readonly string[], value: string): readonly (readonly string[])[] {
  const length = words.reduce((sum, word) => sum + word.length, 0)
  if (length < LEAST_TURNED || value.length > LONGEST_TURNED) return []
  const back = words.map((word) => [...word].reverse().join('')).reverse()
  return [back, words.map(rotated)]
}

function rotated(word: string): string {
  return word.replace(/[a-z]/g, (one) => String.fromCharCode(((one.charCodeAt(0) - 84) % 26) + 97))
}
