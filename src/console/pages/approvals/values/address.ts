import { unicodeHost } from './punycode.ts'

/** An address, taken apart as browsers and servers do (WHATWG URL). */
export interface Address {
  readonly scheme: string
  /** User name and password, as written into the address; empty for none. */
  readonly person: string
  /** ASCII. */
  readonly host: string
  /** In its own letters, where they are others. */
  readonly letters?: string
  readonly port: string
  /** Path, query and fragment. */
  readonly rest: string
  /** All of it, as it will be read. */
  readonly href: string
}

const SCHEME = /^[a-z][a-z0-9+.-]*:/i

/** Undefined for what is no absolute address with a host. */
export function addressOf(text: string): Address | undefined {
  const trimmed = text.trim()
  if (!SCHEME.test(trimmed) || !URL.canParse(trimmed)) return undefined
  const { protocol, username, password, hostname, port, pathname, search, hash, href } = new URL(
    trimmed,
  )
  if (hostname === '') return undefined
  const letters = unicodeHost(hostname)
  return {
    scheme: protocol,
    person: password === '' ? username : `${username}:${password}`,
    host: hostname,
    ...(letters === hostname ? {} : { letters }),
    port,
    rest: `${pathname}${search}${hash}`,
    href,
  }
}
