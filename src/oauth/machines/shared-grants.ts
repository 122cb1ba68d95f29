import { OauthError } from '../engine/oauth-error.ts'
import type { IssuedToken, Issuer, TokenRequest } from '../parts.ts'

/** Issues a token on the grant of an earlier one that was the same in all but its time. */
export type SharedGrants = (issuer: Issuer, request: TokenRequest) => Promise<IssuedToken>

const MAX_GRANTS = 10_000

/**
 * Machines come again every few minutes, and each token needs a grant by which it can be revoked. What is
 * asked for again and again shares one, so that the table of grants grows with the number of machines
 * and not with time. A grant that was revoked or is over is not continued: its tokens are void, and who
 * may ask for new ones gets a new one.
 */
export function sharedGrants(): SharedGrants {
  const kept = new Map<string, string>()

  const keep = (key: string, grant: string): void => {
    kept.delete(key)
    kept.set(key, grant)
    const [oldest] = kept.keys()
    if (kept.size > MAX_GRANTS && oldest !== undefined) kept.delete(oldest)
  }

  return async (issuer, request) => {
    const key = keyOf(request)
    const grant = kept.get(key)
    const continued =
      grant === undefined ? undefined : await onLivingGrant(issuer, { ...request, grant })
    const issued = continued ?? (await issuer.issue(request))
    keep(key, issued.grant)
    return issued
  }
}

async function onLivingGrant(
  issuer: Issuer,
  request: TokenRequest,
): Promise<IssuedToken | undefined> {
  try {
    return await issuer.issue(request)
  } catch (error) {
    if (error instanceof OauthError && error.code === 'invalid_grant') return undefined
    throw error
  }
}

function keyOf({ kind, subject, client, resource, scopes, actors, via }: TokenRequest): string {
  return JSON.stringify([kind, subject, client, resource, scopes.toSorted(), actors, via])
}
