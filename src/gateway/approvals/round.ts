import type { AccessRequest, CallApproval } from '../../kernel/access.ts'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { Aim } from '../aim.ts'
import type { StateSeal } from '../request-state.ts'
import type { ApprovalState, AskedState, PassedState } from './state.ts'

/** Before all our keys among a client's answers. No server may ask under such a key. */
export const OWN_KEYS = 'bailiwick/'
/** Where our question stands among them. */
export const APPROVAL_KEY = `${OWN_KEYS}approval`

/** One request of a client, taken apart: what is between it and us, and what goes on. */
export interface Round {
  /** What the server gets: without the answer to our question, with the state that is its own. */
  readonly sent: Aim
  /** What a `requestState` of this request is bound to. */
  readonly binding: () => string
  readonly asked?: AskedState | undefined
  readonly passed?: PassedState | undefined
  /** What the client answered to our question. Attacker's input. */
  readonly reply?: Json | undefined
  /** Whether it carries a round of the server's own: there is no room for a question beside that. */
  readonly goesOn: boolean
}

/**
 * Takes our part out of a modern client's request (2026-07-28, basic/patterns/mrtr). Legacy clients have
 * no rounds: what they say in these members is not read.
 *
 * @throws GatewayError `request_state_invalid` for a state that was not sealed here for this very request.
 */
export function openRound(seal: StateSeal, access: AccessRequest, sent: Aim): Round {
  const binding = (): string => bindingOf(access, sent)
  const { requestState, inputResponses } = sent.params
  const modern = sent.exchange.conversation.era === 'modern'
  if (!modern || (requestState === undefined && inputResponses === undefined))
    return { sent, binding, goesOn: false }
  const approval = ourState(seal, requestState, binding)
  const passed = approval?.kind === 'passed' ? approval : undefined
  const others = withoutOwnKeys(inputResponses)
  const inner = approval === undefined ? requestState : passed?.inner
  const same = inner === requestState && others === inputResponses
  return {
    sent: same ? sent : { ...sent, params: withRound(sent.params, others, inner) },
    binding,
    goesOn: inner !== undefined || others !== undefined,
    asked: approval?.kind === 'asked' ? approval : undefined,
    passed,
    reply: replyIn(inputResponses),
  }
}

/** Members of params that a decision is about, and the envelope. */
const DECIDED = ['name', 'arguments', 'uri', 'ref', 'argument', 'context', '_meta']
/** A round of the server's. A pattern is found anew for each, so there it is never `passed`. */
const ROUND = ['inputResponses', 'requestState']

/**
 * What leaves under an approval: nothing beside what people were shown. What a client adds on its own was
 * seen by nobody; a round of the server's goes on where its state, or our pass for it, says that it is one.
 */
export function shownOf({ sent, passed }: Round, { kind }: Pick<CallApproval, 'kind'>): Aim {
  const asked = passed !== undefined || sent.params['requestState'] !== undefined
  const known = new Set([...DECIDED, ...(asked || kind === 'pattern' ? ROUND : [])])
  const all = Object.entries(sent.params)
  const shown = all.filter(([name]) => known.has(name))
  return shown.length === all.length ? sent : { ...sent, params: Object.fromEntries(shown) }
}

function ourState(
  seal: StateSeal,
  requestState: Json | undefined,
  binding: () => string,
): ApprovalState | undefined {
  if (requestState === undefined) return undefined
  return seal.open(typeof requestState === 'string' ? requestState : '', binding()).approval
}

function replyIn(responses: Json | undefined): Json | undefined {
  return isObject(responses) && Object.hasOwn(responses, APPROVAL_KEY)
    ? responses[APPROVAL_KEY]
    : undefined
}

/** What a `requestState` is bound to: who asks which server for exactly what, by which name. */
export function bindingOf(access: AccessRequest, sent: Aim): string {
  const { exchange, server, kind, name, arguments: args } = sent
  const { holder } = exchange.conversation
  const { method } = exchange.request
  const { target } = access
  const virtual = target.server !== server || target.name !== name
  const by = { server: target.server, name: target.name, args: access.arguments }
  return canonicalJson({
    holder,
    server,
    method,
    kind,
    name,
    args,
    ...(virtual ? { by } : {}),
  })
}

function withoutOwnKeys(responses: Json | undefined): Json | undefined {
  if (!isObject(responses)) return responses
  const all = Object.entries(responses)
  const others = all.filter(([key]) => !key.startsWith(OWN_KEYS))
  if (others.length === all.length) return responses
  return others.length === 0 ? undefined : Object.fromEntries(others)
}

function withRound(
  { inputResponses: _, requestState: __, ...plain }: JsonObject,
  inputResponses: Json | undefined,
  requestState: Json | undefined,
): JsonObject {
  return {
    ...plain,
    ...(inputResponses === undefined ? {} : { inputResponses }),
    ...(requestState === undefined ? {} : { requestState }),
  }
}
