import { sourceAddress } from '../../kernel/source-address.ts'
import { buckets } from '../buckets.ts'
import { OauthError } from './oauth-error.ts'
import type { Settings } from './options.ts'

/** Of one network: many people behind one address begin at once, nobody goes on like that. */
const EACH = { most: 300, every: 200, maxKeys: 50_000 }
/** Of all together: as many as a table shall hold of requests that nobody answers, for ten minutes each. */
const ALL = { most: 20_000, every: 30, maxKeys: 1 }

/**
 * Bounds the authorization requests that anybody may begin: each is a row until somebody answers it or
 * it is over.
 *
 * @returns a check by the client's address. @throws OauthError with status 429.
 */
export function pendingRequests({ clock }: Pick<Settings, 'clock'>): (from: string) => void {
  const each = buckets({ ...EACH, overflow: 'forget', clock })
  const all = buckets({ ...ALL, overflow: 'refuse', clock })
  return (from) => {
    const wait = each.take(sourceAddress(from)) || all.take('all')
    if (wait === 0) return
    throw new OauthError('temporarily_unavailable', 'too many requests were begun', {
      status: 429,
      retryAfter: Math.ceil(wait / 1_000),
    })
  }
}
