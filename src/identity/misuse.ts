import type { Witness } from '../kernel/event.ts'
import type { Clock } from '../kernel/ports.ts'
import { subjectName } from '../kernel/subject.ts'
import type { VerifiedToken } from './verified-token.ts'

/** Milliseconds for which the same misuse is one event. */
const WINDOW = 60_000
/** Events in a window: the sender decides how many there would be. */
const MAX_EVENTS = 200

/**
 * Witnesses that a genuine token was refused, once a minute for each token and reason. What is not
 * genuine is nobody's: anybody can send any amount of it, so there is no event about it.
 */
export type WitnessMisuse = (token: VerifiedToken, why: string, path: string) => Promise<void>

export function misuseWitness(witness: Witness, clock: Clock): WitnessMisuse {
  const seen = new Set<string>()
  let began = clock()
  let unsaid = 0

  return async (token, why, path) => {
    const now = clock()
    if (Math.abs(now - began) >= WINDOW) {
      began = now
      seen.clear()
    }
    const name = JSON.stringify([token.issuer, token.token, why])
    if (seen.has(name)) return
    if (seen.size >= MAX_EVENTS) {
      unsaid += 1
      return
    }
    seen.add(name)
    const detail = { why, path, issuer: token.issuer, ...(unsaid > 0 ? { unsaid } : {}) }
    unsaid = 0
    await witness({
      event: 'token.refused',
      outcome: 'refused',
      subject: subjectName(token),
      client: token.client,
      target: token.grant === '' ? token.token : token.grant,
      detail,
      // Refused it is in any case.
    }).catch(() => {})
  }
}
