import type { IncomingMessage, ServerResponse } from 'node:http'

/** A kind of cookie. */
export interface Cookie {
  /** Without what goes before it: see `cookiesOf`. */
  readonly name: string
  /** The only path that the browser shows it to; `/` for all. */
  readonly path: string
  /** `Lax` where people come from other sites with it, as from a provider (RFC 6265bis section 5.4.7). */
  readonly sameSite: 'Lax' | 'Strict'
}

/** Our cookies: of this host alone, and not for scripts. */
export interface Cookies {
  nameOf(cookie: Cookie): string
  /** Undefined when there is none, or two: then one of them is not ours. */
  get(request: IncomingMessage, cookie: Cookie): string | undefined
  /** @param lifetime milliseconds; without it the cookie goes with the browser. */
  set(response: ServerResponse, cookie: Cookie, value: string, lifetime?: number): void
  clear(response: ServerResponse, cookie: Cookie): void
}

/** What the library remembers in browsers. It makes the last two for one path each. */
export const SESSION: Cookie = { name: 'session', path: '/', sameSite: 'Lax' }
export const INTERACTION: Cookie = {
  name: 'interaction',
  path: '/oauth/interaction',
  sameSite: 'Lax',
}
export const RESUME: Cookie = { name: 'resume', path: '/oauth/authorize', sameSite: 'Lax' }

/**
 * Cookies for an origin. Over https they carry a prefix that no neighbour can write: `__Host-`, or
 * `__Secure-` where they are for one path, which `__Host-` does not take. On http://localhost a browser
 * may refuse `Secure`, and cookies do not tell ports apart, so there the port stands in the name.
 */
export function cookiesOf(publicOrigin: string): Cookies {
  const { protocol, port } = new URL(publicOrigin)
  const secure = protocol === 'https:'

  const nameOf = ({ name, path }: Cookie): string => {
    if (!secure) return `bailiwick-${port || '80'}-${name}`
    return `${path === '/' ? '__Host' : '__Secure'}-bailiwick-${name}`
  }
  const add = (response: ServerResponse, cookie: Cookie, value: string, age: string): void => {
    const { path, sameSite } = cookie
    const flags = `Path=${path}; HttpOnly; SameSite=${sameSite}${age}${secure ? '; Secure' : ''}`
    response.appendHeader('set-cookie', `${nameOf(cookie)}=${value}; ${flags}`)
  }
  return {
    nameOf,
    get(request, cookie) {
      const start = `${nameOf(cookie)}=`
      const found = (request.headers.cookie ?? '')
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(start))
      return found.length === 1 ? found[0]?.slice(start.length) : undefined
    },
    set(response, cookie, value, lifetime) {
      const age = lifetime === undefined ? '' : `; Max-Age=${Math.floor(lifetime / 1_000)}`
      add(response, cookie, value, age)
    },
    clear(response, cookie) {
      add(response, cookie, '', '; Max-Age=0')
    },
  }
}
