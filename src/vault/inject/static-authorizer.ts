import type { RequestAuthorizer } from '../../kernel/credential.ts'
import { secretHeaders } from './secret-headers.ts'
import type { Injection, SecretTexts } from './secret-texts.ts'

export interface StaticOptions extends Injection {
  /** Headers of the server's configuration; those without a secret are sent elsewhere, and left out here. */
  readonly headers: SecretTexts
  /** Who proves the caller by a token. Has no say where `authorization` is among the secret headers. */
  readonly next?: RequestAuthorizer
}

/** How often one request is sent again: with the value that came anew, and the one before it. */
const MOST_ATTEMPTS = 2

/**
 * Shows a server secret headers. They are read for each request, from memory as a rule. When the
 * server refuses them (401) they are read anew, and sent once more if they are others; else the
 * version before, while it is accepted.
 */
export function staticAuthorizer(options: StaticOptions): RequestAuthorizer {
  const own = secretHeaders(options, options.headers)
  const { names } = own
  const next = names.includes('authorization') ? undefined : options.next
  return {
    names: [...names.filter((name) => name !== 'authorization'), ...(next?.names ?? [])],
    headers(request) {
      const mine = own.atHand()
      const others = next?.headers(request) ?? []
      if (mine !== undefined && !(others instanceof Promise)) return [...mine, ...others]
      return Promise.all([mine ?? own.read(), others]).then((lists) => lists.flat())
    },
    async refused(refusal) {
      const { status, attempts, sent } = refusal
      if (status === 401 && names.length > 0 && attempts < MOST_ATTEMPTS)
        if (await own.refused(sent)) return true
      return (await next?.refused(refusal)) ?? false
    },
    ...(next?.heard && { heard: (nonce: string) => next.heard?.(nonce) }),
  }
}
