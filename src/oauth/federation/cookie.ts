import type { IncomingMessage, ServerResponse } from 'node:http'

/** A cookie of one address, for one step of a login. */
export interface StepCookie {
  readonly name: string
  /** The only path that the browser shows it to. */
  readonly path: string
}

/** Reads and writes cookies of the public origin. */
export interface Cookies {
  /** Undefined when there is none, or two: then somebody else may have put one there. */
  read(request: IncomingMessage, cookie: StepCookie): string | undefined
  /** @param lifetime milliseconds; 0 forgets it. */
  write(response: ServerResponse, cookie: StepCookie, value: string, lifetime: number): void
}

/**
 * Cookies that scripts cannot read and other sites' requests do not carry, except when the person
 * goes here from there, as from a provider (RFC 6265bis section 5.4.7, `Lax`).
 *
 * @param publicOrigin `https://…`; plain HTTP, on one machine, cannot have `Secure`.
 */
export function openCookies(publicOrigin: string): Cookies {
  const secure = publicOrigin.startsWith('https:')
  const full = (name: string) => `${secure ? '__Secure-' : ''}${name}`
  return {
    read(request, { name }) {
      const start = `${full(name)}=`
      const found = (request.headers.cookie ?? '')
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(start))
      return found.length === 1 ? found[0]?.slice(start.length) : undefined
    },
    write(response, { name, path }, value, lifetime) {
      const age = Math.floor(lifetime / 1_000)
      const flags = `; Path=${path}; Max-Age=${age}; HttpOnly; SameSite=Lax`
      response.appendHeader(
        'set-cookie',
        `${full(name)}=${value}${flags}${secure ? '; Secure' : ''}`,
      )
    },
  }
}
