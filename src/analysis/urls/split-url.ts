import { isSpecial } from './schemes.ts'

/** A URL, taken apart where the WHATWG URL standard does. */
export interface SplitUrl {
  /** Lower case. */
  readonly scheme: string
  /** What follows the colon. */
  readonly rest: string
  /** What stands between the colon and the authority; undefined if there is no authority. */
  readonly slashes: string | undefined
  readonly authority: string
  /** What follows the authority. */
  readonly tail: string
}

const SCHEME = /^([a-z][a-z0-9+.-]{0,63}):/i

/** Splits a text without tabs and line ends. Undefined if it has no scheme. */
export function splitUrl(text: string): SplitUrl | undefined {
  const match = SCHEME.exec(text)
  if (match?.[1] === undefined) return undefined
  const scheme = match[1].toLowerCase()
  const rest = text.slice(match[0].length)
  const special = isSpecial(scheme)
  const slashes = special ? /^[/\\]*/.exec(rest)?.[0] : /^\/\//.exec(rest)?.[0]
  if (slashes === undefined) return { scheme, rest, slashes, authority: '', tail: rest }
  const end = authorityEnd(rest, slashes.length, special ? /[/\\?#]/g : /[/?#]/g)
  const authority = rest.slice(slashes.length, end)
  return { scheme, rest, slashes, authority, tail: rest.slice(end) }
}

/** Where the next of the delimiters stands, or the end. */
export function authorityEnd(text: string, from: number, delimiters: RegExp): number {
  delimiters.lastIndex = from
  return delimiters.exec(text)?.index ?? text.length
}

/** `user@host:port` without user and port; an IPv6 address keeps its brackets. */
export function rawHost(authority: string): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  return host.replace(/:\d*$/, '')
}

/** Cuts what the URL standard cuts: C0 controls and spaces at both ends. */
export function trimUrl(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && text.charCodeAt(start) <= 0x20) start++
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--
  return text.slice(start, end)
}
