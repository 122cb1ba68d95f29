import type { AccessRequest } from '../../kernel/access.ts'
import type { ApprovalAnswer, Approvals, LiftableCall } from '../../kernel/approval.ts'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Witness } from '../../kernel/event.ts'
import { NO_FACTS } from '../../kernel/facts.ts'
import { sha256 } from '../../kernel/hash.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { Clock } from '../../kernel/ports.ts'
import { subjectName } from '../../kernel/subject.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Response } from '../../mcp/message.ts'
import { createPlaces, type Held, hold, type Places } from '../approvals/hold.ts'
import type { Withheld } from './incoming.ts'
import type { KeptResults } from './kept.ts'
import { passagesOf } from './passages.ts'
import { namesOf } from './react.ts'
import { releasePending } from './words.ts'

/** A call whose result is withheld, or was. */
export interface Releasing {
  readonly exchange: Exchange
  /** The id of this request's call. */
  readonly call: string
  readonly access: AccessRequest
}

/** What is known of a call that is not in the request for access. */
export type Circumstances = Pick<LiftableCall, 'definition' | 'policies' | 'forwarded'>

/** What a client gets in the place of a withheld result. */
export type Released =
  | {
      readonly kind: 'released'
      readonly response: Response
      /** The words of its server alone, where marks stand between them. */
      readonly told?: JsonObject
    }
  | { readonly kind: 'waits'; readonly response: Response }

/** Results that people release. */
export interface Release {
  /**
   * Keeps a result, and asks people. The result itself when they release it while the client waits.
   *
   * @throws GatewayError `result_withheld` when they do not, or nobody can be asked; `cancelled`,
   *   `store_unavailable`, `audit_unavailable`.
   */
  withhold(releasing: Releasing, withheld: Withheld, about: Circumstances): Promise<Released>
  /**
   * What is kept for exactly this call, which then is not made again. Undefined: nothing is.
   *
   * @param may throws where this caller must not have it
   * @throws GatewayError as `withhold`; as `may`.
   */
  again(releasing: Releasing, may: () => void): Promise<Released | undefined>
}

export interface ReleaseOptions {
  /** Absent: nobody can be asked. */
  readonly approvals: Approvals | undefined
  readonly url: (id: string) => string
  /** Milliseconds that one request of a client is held at most. */
  readonly patience: number
  readonly kept: KeptResults
  readonly witness: Witness
  readonly now: Clock
}

/** Requests of one client of one principal that are held at once. */
const MAX_HELD_EACH = 32
/** Milliseconds that a result is kept at most, whatever policies and people say. */
const LONGEST = 24 * 60 * 60_000

interface Parts extends ReleaseOptions {
  readonly approvals: Approvals
  readonly places: Places
}

/** One that is kept: what people were asked, and what the client gets. */
interface Stored {
  readonly request: LiftableCall
  readonly found: readonly string[]
  /** The exact text of the result. */
  readonly result: string
  readonly told?: JsonObject
}

/** Makes it. See {@link Release}. */
export function createRelease(options: ReleaseOptions): Release {
  const { approvals, kept, now } = options
  const parts = approvals && { ...options, approvals, places: createPlaces(MAX_HELD_EACH) }
  return {
    async withhold(releasing, withheld, about) {
      const found = namesOf(withheld.matches)
      if (parts === undefined) throw refused(found, 'nobody can be asked to release it')
      const { result, resultText } = withheld.response
      const text = resultText ?? JSON.stringify(result)
      const request = requestOf(releasing, withheld, about, text)
      const { told } = withheld
      const stored: Stored = { request, found, result: text, ...(told ? { told } : {}) }
      const key = keyOf(releasing)
      const until = now() + Math.min(withheld.lift.maxAge, LONGEST)
      const owner = releasing.exchange.conversation.holder
      if (!kept.put(key, owner, JSON.stringify(stored), until))
        throw refused(found, 'it is too large to be kept for release')
      return settle(parts, releasing, key, stored)
    },
    async again(releasing, may) {
      if (parts === undefined || goesOn(releasing.exchange)) return undefined
      const key = keyOf(releasing)
      const text = kept.find(key)
      if (text === undefined) return undefined
      may()
      if (text === 'gone') throw refused([], 'the call was made, and its result is no longer kept')
      return settle(parts, releasing, key, JSON.parse(text) as Stored)
    },
  }
}

/** A later round of a call that still runs has no result yet. */
function goesOn({ request }: Exchange): boolean {
  return request.params?.['requestState'] !== undefined
}

function keyOf({ exchange, access }: Releasing): string {
  const { conversation, request } = exchange
  const { kind, server, name } = access.target
  return canonicalJson({
    holder: conversation.holder,
    era: conversation.era,
    method: request.method,
    target: { kind, server, name },
    arguments: access.arguments,
  })
}

/** Asks, waits as long as clients do, and gives out what people released: once. */
async function settle(
  parts: Parts,
  releasing: Releasing,
  key: string,
  stored: Stored,
): Promise<Released> {
  const { approvals, kept, url } = parts
  const { exchange } = releasing
  const asked = await approvals.ask(stored.request)
  const answer = asked.kind === 'pending' ? await wait(parts, releasing, key, stored, asked) : asked
  if (answer.kind === 'granted') return give(parts, releasing, key, stored, answer)
  if (answer.kind === 'refused') {
    // Who floods may come back for it.
    if (answer.why !== 'flooded') kept.drop(key)
    throw refused(stored.found, answer.message)
  }
  if (asked.kind !== 'pending') throw refused(stored.found, 'it was not released')
  const { approval } = asked
  const words = { url: url(approval.id), pending: approval, found: stored.found }
  return { kind: 'waits', response: releasePending(exchange, releasing.call, words) }
}

function wait(
  { approvals, patience, places, kept, url, now }: Parts,
  { exchange }: Releasing,
  key: string,
  { request }: Stored,
  { approval }: Extract<ApprovalAnswer, { kind: 'pending' }>,
): Promise<Held> {
  // People have until then to answer, and what they released may be fetched as long as the policy says.
  kept.extend(key, Math.min(approval.expires + approval.lift.maxAge, now() + LONGEST))
  const words = `waiting for release of the result: ${url(approval.id)}`
  return hold(
    { approvals, patience, places },
    { exchange, call: request, pending: approval, words },
  )
}

async function give(
  { approvals, kept, witness }: Parts,
  { exchange, call }: Releasing,
  key: string,
  { request, result, found, told }: Stored,
  { approval }: Extract<ApprovalAnswer, { kind: 'granted' }>,
): Promise<Released> {
  if (exchange.cancelled.aborted) throw new GatewayError('cancelled', 'the request was cancelled')
  if (!(await approvals.use(request, approval)))
    throw refused(found, 'its release was used, or is over')
  const { subject, authorization, target } = request.access
  await witness({
    event: 'content.released',
    outcome: 'done',
    subject: subjectName(subject),
    client: authorization.client,
    target: request.call,
    detail: {
      call: request.call,
      answered: call,
      server: target.server,
      target: target.name,
      approval: approval.id,
      by: [...approval.by],
      found: [...found],
    },
  })
  kept.drop(key)
  const value: Json = JSON.parse(result)
  const { id } = exchange.request
  return {
    kind: 'released',
    response: { kind: 'result', id, result: isObject(value) ? value : {}, resultText: result },
    ...(told ? { told } : {}),
  }
}

function refused(found: readonly string[], why: string): GatewayError {
  const what = found.length === 0 ? 'the result' : `the result holds ${found.join(', ')}, and`
  const message = `${what} is withheld: ${why}`
  return new GatewayError('result_withheld', message, {
    data: { part: 'result', found: [...found] },
  })
}

/** What people are asked: the call, and what in its result is to be let through. */
function requestOf(
  { call, access }: Releasing,
  { lift, matches, value }: Withheld,
  about: Circumstances,
  result: string,
): LiftableCall {
  const { approval: _, ...asked } = access
  const screens = [...new Set(matches.map(({ rule }) => rule.screen))]
  const args: JsonObject = {
    call: access.arguments,
    withheld: {
      result: sha256(result),
      size: Buffer.byteLength(result),
      findings: [...passagesOf(value, matches)],
    },
  }
  const request: LiftableCall = {
    ...about,
    call,
    access: { ...asked, arguments: args, facts: NO_FACTS, rate: {} },
    denial: {
      effect: 'deny',
      determining: screens.map((screen) => ({
        policy: `screen:${screen}`,
        reason: `the result of the call holds ${namesOf(matches.filter(({ rule }) => rule.screen === screen)).join(', ')}`,
      })),
      errors: [],
      // Each result is another one: nobody can release those that are yet to come.
      lift: { ...lift, pattern: 0 },
    },
  }
  // As it will be read again: the same request is found by the same words.
  return JSON.parse(JSON.stringify(request)) as LiftableCall
}
