import { GatewayError } from '../../kernel/errors.ts'
import type { Witness } from '../../kernel/event.ts'
import { OauthError } from '../engine/oauth-error.ts'
import { attempts } from './attempts.ts'
import { KeySetError } from './key-sets.ts'

/** Who asks, for records and throttling. */
export interface Attempt {
  readonly client: string
  /** Address of the sender. */
  readonly from: string
  readonly grantType: string
}

/**
 * Runs a step of a token request. What it refuses is witnessed, and slows its sender down.
 *
 * @throws OauthError, always: of any other failure nothing is told.
 */
export type Guard = <T>(attempt: Attempt, step: () => Promise<T>) => Promise<T>

interface GuardOptions {
  readonly witness: Witness
  readonly now: () => number
}

/** Refusals of one client from one address, and of all clients from it: in a row, and the pace after. */
const CLIENT = { most: 10, every: 6_000 }
const SOURCE = { most: 100, every: 1_000 }

export function makeGuard({ witness, now }: GuardOptions): Guard {
  const clients = attempts({ ...CLIENT, now })
  const sources = attempts({ ...SOURCE, now })

  return async (attempt, step) => {
    // Never by the client alone: anybody could lock it out.
    const key = JSON.stringify([attempt.from, attempt.client])
    const wait = Math.max(clients.wait(key), sources.wait(attempt.from))
    if (wait > 0) throw slower(wait)
    try {
      return await step()
    } catch (error) {
      const refusal = toOauthError(error)
      if (refusal.status >= 500) throw refusal
      clients.count(key)
      sources.count(attempt.from)
      await note(witness, attempt, refusal)
      throw refusal
    }
  }
}

async function note(witness: Witness, attempt: Attempt, refusal: OauthError): Promise<void> {
  try {
    await witness({
      event: 'token.refused',
      outcome: 'refused',
      client: attempt.client.slice(0, 256),
      detail: {
        grantType: attempt.grantType.slice(0, 128),
        error: refusal.code,
        reason: refusal.detail ?? refusal.message,
        from: attempt.from,
      },
    })
  } catch (error) {
    throw toOauthError(error)
  }
}

function slower(wait: number): OauthError {
  const retryAfter = Math.ceil(wait / 1_000)
  return new OauthError('temporarily_unavailable', 'too many refused requests', {
    status: 429,
    retryAfter,
  })
}

/** What is told of a failure that is none of the sender's. */
function toOauthError(error: unknown): OauthError {
  if (error instanceof OauthError) return error
  const options = { status: 503, cause: error, detail: String(error) }
  if (error instanceof KeySetError)
    return new OauthError(
      'temporarily_unavailable',
      'the keys of the issuer cannot be had',
      options,
    )
  if (error instanceof GatewayError && error.code !== 'internal')
    return new OauthError('temporarily_unavailable', 'this cannot be found out now', options)
  return new OauthError('server_error', 'internal error', { ...options, status: 500 })
}
