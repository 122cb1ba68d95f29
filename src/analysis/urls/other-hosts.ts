import { readHost } from '../hosts/read-host.ts'
import { isSpecial } from './schemes.ts'
import { authorityEnd, rawHost, type SplitUrl, splitUrl } from './split-url.ts'

/**
 * Hosts that other common readers take out of a URL, where it is not `host`:
 * - RFC 3986: a backslash is no delimiter (`http://a\@b` is b);
 * - those that look for `@` before `?` and `#`, as curl, PHP and Python once did (`http://a#@b` is b);
 * - those that take the first `@` (`http://a@b@c` is b);
 * - those that look for brackets first, as Python does (`http://a\[::1]` is ::1);
 * - those that stop at a line end, a tab or a space (`http://a⏎.b` is a);
 * - Windows, for which `file:////a` is a file server.
 *
 * @param trimmed - the URL as written, with the characters that WHATWG drops
 */
export function otherHosts(trimmed: string, split: SplitUrl, host: string): readonly string[] {
  const raw = split.scheme === 'file' ? serverOf(split) : authoritiesOf(trimmed, split)
  const hosts = raw.flatMap((text) => readHost(text)?.host ?? [])
  return [...new Set(hosts)].filter((other) => other !== host).sort()
}

function authoritiesOf(trimmed: string, { slashes, rest }: SplitUrl): readonly string[] {
  if (slashes === undefined) return []
  const from = slashes.length
  const generic = rest.slice(from, authorityEnd(rest, from, /[/?#]/g))
  const greedy = rest.slice(from, authorityEnd(rest, from, /\//g))
  return [
    rawHost(generic),
    rawHost(greedy),
    rawHost(generic.split('@', 2).at(-1) ?? ''),
    // what stands in brackets, wherever they are
    ...(generic.match(/\[[^[\]]{2,64}\]/g) ?? []),
    ...cutShort(trimmed),
  ]
}

function cutShort(trimmed: string): readonly string[] {
  const [shorter] = trimmed.split(/[\t\n\r ]/, 1)
  if (shorter === undefined || shorter === trimmed) return []
  const split = splitUrl(shorter)
  return split === undefined || split.slashes === undefined ? [] : [rawHost(split.authority)]
}

function serverOf({ slashes = '', authority }: SplitUrl): readonly string[] {
  return slashes.length > 3 ? [authority] : []
}

/** Whether a reader by RFC 3986 sees no authority, or ends it elsewhere. */
export function readsDifferently({ scheme, slashes, rest, authority }: SplitUrl): boolean {
  if (!isSpecial(scheme) || slashes === undefined) return false
  if (scheme === 'file') return /^.{0,4096}\\/s.test(rest)
  return slashes !== '//' || rest.charAt(slashes.length + authority.length) === '\\'
}
