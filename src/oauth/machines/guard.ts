import { GatewayError } from '../../kernel/errors.ts'
import type { Witness } from '../../kernel/event.ts'
import { sourceAddress } from '../../kernel/source-address.ts'
import { type Buckets, buckets } from '../buckets.ts'
import { OauthError } from '../engine/oauth-error.ts'
import { KeySetError } from './key-sets.ts'

/** Who asks, for records and throttling. */
export interface Attempt {
  readonly client: string
  /** Whether it has proved to be this client. */
  readonly proven: boolean
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

type Bucket = readonly [kept: Buckets, key: string]

interface GuardOptions {
  readonly witness: Witness
  readonly now: () => number
}

/**
 * Refusals in a row, and the pace after: of a client that proved itself, which may ask for many people;
 * of a name at one address; and of all names at it.
 */
const CLIENT = { most: 60, every: 1_000 }
const NAME = { most: 10, every: 6_000 }
const SOURCE = { most: 100, every: 1_000 }
const MAX_KEYS = 10_000

export function makeGuard({ witness, now }: GuardOptions): Guard {
  const kept = { maxKeys: MAX_KEYS, overflow: 'forget', clock: now } as const
  const clients = buckets({ ...CLIENT, ...kept })
  const names = buckets({ ...NAME, ...kept })
  const sources = buckets({ ...SOURCE, ...kept })

  const bucketsOf = ({ proven, client, from }: Attempt): readonly Bucket[] => {
    if (proven) return [[clients, client]]
    // Never by the name alone: anybody could lock the client out.
    const source = sourceAddress(from)
    return [
      [names, JSON.stringify([source, client])],
      [sources, source],
    ]
  }

  return async (attempt, step) => {
    const counted = bucketsOf(attempt)
    const wait = Math.max(...counted.map(([kept, key]) => kept.wait(key)))
    if (wait > 0) throw slower(wait)
    try {
      return await step()
    } catch (error) {
      const refusal = toOauthError(error)
      if (refusal.status >= 500) throw refusal
      for (const [kept, key] of counted) kept.count(key)
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
