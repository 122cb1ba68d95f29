import type { IncomingMessage, ServerResponse } from 'node:http'

interface CookieChoice {
  /** Seconds; without it the cookie goes with the browser. */
  readonly maxAge?: number
  readonly sameSite: 'Lax' | 'Strict'
}

/** Our cookies: of this host alone, and not for scripts. */
export interface Cookies {
  get(request: IncomingMessage, name: string): string | undefined
  set(response: ServerResponse, name: string, value: string, choice: CookieChoice): void
  clear(response: ServerResponse, name: string): void
}

/**
 * Cookies for an origin. Over https they carry the `__Host-` prefix. On http://localhost a browser may
 * refuse `Secure`, and cookies do not tell ports apart, so there the port stands in the name.
 */
export function cookiesOf(publicOrigin: string): Cookies {
  const { protocol, port } = new URL(publicOrigin)
  const secure = protocol === 'https:'
  const prefix = secure ? '__Host-bailiwick-' : `bailiwick-${port || '80'}-`
  const ending = secure ? '; Secure' : ''

  const add = (response: ServerResponse, cookie: string): void => {
    response.appendHeader('set-cookie', `${cookie}; Path=/; HttpOnly${ending}`)
  }
  return {
    get(request, name) {
      const start = `${prefix}${name}=`
      const found = (request.headers.cookie ?? '')
        .split('; ')
        .filter((one) => one.startsWith(start))
      // Two of one name: one of them is not ours.
      return found.length === 1 ? found[0]?.slice(start.length) : undefined
    },
    set(response, name, value, { maxAge, sameSite }) {
      const age = maxAge === undefined ? '' : `; Max-Age=${maxAge}`
      add(response, `${prefix}${name}=${value}; SameSite=${sameSite}${age}`)
    },
    clear(response, name) {
      add(response, `${prefix}${name}=; SameSite=Lax; Max-Age=0`)
    },
  }
}
