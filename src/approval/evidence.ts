import { createHash, createHmac } from 'node:crypto'
import type { PatternChoice } from '../kernel/approval-desk.ts'
import { GatewayError } from '../kernel/errors.ts'
import { isObject, type JsonObject } from '../kernel/json.ts'
import type { Parts } from './parts.ts'
import { signedText } from './patterns.ts'
import type { Row } from './rows.ts'

/** Seconds that a challenge is good for, and that clocks of two replicas may differ. */
const GOOD_FOR = 120
const CLOCKS_DIFFER = 5
/** Characters of base64url of client data that are looked at. */
const MAX_CLIENT_DATA = 8_192

/** What a person's passkey is to sign. */
interface Ask {
  readonly row: Row
  readonly user: string
  readonly pattern: PatternChoice | undefined
}

/**
 * Options for the browser, whose challenge is SHA-256 over a nonce and what is signed. The nonce is a MAC of
 * person, request and second: nobody can foresee it, every replica can find it again, and nothing is kept
 * until it is used.
 *
 * @throws GatewayError `params_invalid` where there can be no passkeys, or the person has none.
 */
export async function passkeyOptions(parts: Parts, ask: Ask): Promise<JsonObject> {
  const second = Math.floor(parts.clock() / 1_000)
  const options = await parts.signatures.options(
    ask.user,
    challengeAt(parts, ask, second).challenge,
  )
  if (options === undefined)
    throw new GatewayError('params_invalid', 'this needs a passkey, and there is none to use here')
  return options
}

/**
 * What is kept of an assertion that is by a passkey of the person, over a challenge that was made for this
 * person and request in the last two minutes and never used: all that is needed to check it again.
 * Undefined for every other assertion.
 */
export async function evidenceOf(
  parts: Parts,
  ask: Ask,
  assertion: JsonObject,
): Promise<JsonObject | undefined> {
  const claimed = challengeIn(assertion)
  const made = claimed === undefined ? undefined : madeChallenge(parts, ask, claimed)
  if (made === undefined) return undefined
  const verified = await parts.signatures.verify(ask.user, assertion, made.challenge)
  if (verified === undefined) return undefined
  const until = parts.clock() + 2 * GOOD_FOR * 1_000
  if (!(await parts.once.first(`approval challenge ${made.challenge}`, until))) return undefined
  const { pattern, row } = ask
  return {
    ...verified,
    nonce: made.nonce,
    digest: row.digest,
    ...(pattern === undefined
      ? {}
      : { pattern: { free: pattern.free.toSorted(), duration: pattern.duration } }),
  }
}

interface Challenge {
  /** Base64url, as all texts here. */
  readonly nonce: string
  readonly challenge: string
}

/** The challenge that somebody answers, if it is one of the last seconds. */
function madeChallenge(parts: Parts, ask: Ask, claimed: string): Challenge | undefined {
  const now = Math.floor(parts.clock() / 1_000)
  for (let second = now + CLOCKS_DIFFER; second >= now - GOOD_FOR; second--) {
    const made = challengeAt(parts, ask, second)
    if (made.challenge === claimed) return made
  }
  return undefined
}

function challengeAt({ seal }: Parts, { row, user, pattern }: Ask, second: number): Challenge {
  const nonce = createHmac('sha256', seal.derive('challenge'))
    .update(JSON.stringify([row.id, user, second]))
    .digest()
  const challenge = createHash('sha256')
    .update(nonce)
    .update(Buffer.from(signedText(row, pattern), 'hex'))
    .digest('base64url')
  return { nonce: nonce.toString('base64url'), challenge }
}

function challengeIn({ response }: JsonObject): string | undefined {
  const text = isObject(response) ? response['clientDataJSON'] : undefined
  if (typeof text !== 'string' || text.length > MAX_CLIENT_DATA) return undefined
  try {
    const data: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    const challenge = isObject(data) ? data['challenge'] : undefined
    return typeof challenge === 'string' ? challenge : undefined
  } catch {
    return undefined
  }
}
