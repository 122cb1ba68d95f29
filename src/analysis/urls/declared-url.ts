import { isIPv6 } from 'node:net'
import { readUrl, type UrlResult } from './read-url.ts'
import { isOpaque, isSpecial } from './schemes.ts'
import { splitUrl, trimUrl } from './split-url.ts'

/**
 * Reads a text that is declared to be a URL: absolute, or without a scheme in one of the ways that
 * programs complete: `//host/path`, `host/path`, `host:port`, `user@host`, an address, and the
 * `user@host:path` of scp and git. What only a base could complete is unparsable.
 */
export function readDeclaredUrl(text: string): UrlResult {
  const trimmed = trimUrl(text)
  const clean = trimmed.replace(/[\t\n\r]/g, '')
  if (holdsSeveral(trimmed)) return { unparsable: 'holds more than one URL' }
  const problem = notAUrl(clean)
  if (problem !== undefined) return { unparsable: problem }
  const completed = complete(trimmed, clean)
  const reading = readUrl(completed ?? text)
  if ('unparsable' in reading) return reading
  if (reading.others.length > 0) return { unparsable: 'is read with different hosts' }
  if (completed === undefined) return reading
  return { ...reading, flags: [...new Set([...reading.flags, 'schemeless'])].sort() }
}

/** A second scheme after white space: what splits at spaces opens both. */
function holdsSeveral(trimmed: string): boolean {
  const next = /[ \t\n\r][a-z][a-z0-9+.-]{0,31}:[/\\]{2}/i.exec(trimmed)
  const colon = trimmed.indexOf(':')
  return next !== null && colon !== -1 && colon < next.index
}

function notAUrl(clean: string): string | undefined {
  if (/^[a-z]:[/\\]/i.test(clean)) return 'is a path of Windows'
  if (clean.startsWith('-')) return 'starts with a hyphen, as options do'
  if (/^(?:[/\\](?![/\\])|[.?#])/.test(clean)) return 'is relative, and its base is not known'
  return undefined
}

/** The text with the scheme that most programs would put before it; undefined if it has one. */
function complete(trimmed: string, clean: string): string | undefined {
  if (isIPv6(clean)) return `http://[${clean}]`
  if (/^[/\\]{2}/.test(clean)) return `http:${trimmed}`
  const remote =
    /^([^\s/\\@:]{1,256}@)?([^\s/\\:@[\]]{1,256}|\[[^\s\]]{1,64}\]):(?!\d{1,5}(?:[/?#\\]|$))(.*)$/s.exec(
      clean,
    )
  const split = splitUrl(clean)
  if (split === undefined) return remote?.[1] === undefined ? `http://${trimmed}` : ssh(remote)
  if (isAbsolute(clean)) return undefined
  return split.scheme.includes('.') && remote !== null ? ssh(remote) : `http://${trimmed}`
}

function ssh([, user = '', host = '', path = '']: RegExpExecArray): string {
  return `ssh://${user}${host}/${path.replace(/^\/+/, '')}`
}

/** Whether what stands before the first colon is a scheme, and not a host or a user name. */
function isAbsolute(clean: string): boolean {
  const split = splitUrl(clean)
  if (split === undefined) return false
  const { scheme, rest, slashes } = split
  if (isSpecial(scheme) || isOpaque(scheme) || slashes !== undefined) return true
  if (/^\d{1,5}(?:[/?#\\]|$)/.test(rest)) return false
  if (scheme.includes('.')) return false
  // `user:password@host`
  return !/^[^/?#\\]{0,16384}@/.test(rest)
}
