import type { AccessRequest, Lift } from '../../kernel/access.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { RandomId } from '../../kernel/ports.ts'
import type { ScreenMatch } from '../../kernel/screening.ts'
import type { ErrorResponse, Response, ResultResponse } from '../../mcp/message.ts'
import type { Known } from '../known.ts'
import { changedResult, plainResult } from './exact.ts'
import type { Looker } from './look.ts'
import { markSource } from './mark.ts'
import { namesOf } from './react.ts'
import type { Sifted } from './sift.ts'
import { viewOf } from './view.ts'
import { blocked } from './words.ts'

/** What becomes of an answer. */
export type Incoming =
  | { readonly kind: 'passes'; readonly response: Response; readonly told?: JsonObject }
  | Withheld

/** A result that nobody may see before people released it. */
export interface Withheld {
  readonly kind: 'withheld'
  /** As the client gets it when they do. */
  readonly response: ResultResponse
  /** The result as its server told it, without what was taken out; only where marks stand between its words. */
  readonly told?: JsonObject
  readonly lift: Lift
  readonly matches: readonly ScreenMatch[]
  /** What was looked at: what findings point into. */
  readonly value: JsonObject
}

/**
 * Looks at what a server answered: a result, an error, or what it wants to know before it goes on.
 *
 * @throws GatewayError `content_blocked`, also for a result that would not be what its tool declares without
 *   what has to be taken out of it; `analysis_unavailable`.
 */
export async function lookAtAnswer(
  { randomId }: { readonly randomId: RandomId },
  looker: Looker,
  response: Response,
  known: Known,
  { target }: AccessRequest,
): Promise<Incoming> {
  if (response.kind === 'error') return { kind: 'passes', response: await error(looker, response) }
  const plan = looker.plan('inbound')
  if (plan.rules.length === 0 && plan.marking === 'none') return { kind: 'passes', response }
  const before = plainResult(response)
  const asks = before['resultType'] === 'input_required'
  const part = asks ? 'question' : 'result'
  const view = viewOf(before)
  const fits = (changed: JsonObject): boolean =>
    asks || known.flaws(view.restore(changed)).length === 0
  const sifted = await looker.look({
    direction: 'inbound',
    value: view.value,
    part: () => part,
    fits,
  })
  const { action, matches, lift } = sifted
  if (action === 'block' || (action === 'withhold' && (asks || lift === undefined)))
    throw blocked(part, matches)
  const after = view.restore(sifted.value)
  const passed = changedResult(response, before, after)
  if (asks) return { kind: 'passes', response: passed }
  const labels = namesOf(matches.filter(({ rule }) => rule.action !== 'allow'))
  const marked = markSource(passed, { target, marking: plan.marking, labels, nonce: randomId() })
  const told = plan.marking === 'text' ? { told: after } : {}
  return action === 'withhold' && lift !== undefined
    ? { kind: 'withheld', response: marked, ...told, lift, matches, value: view.value }
    : { kind: 'passes', response: marked, ...told }
}

/** An error's words and data are the server's own. */
async function error(looker: Looker, response: ErrorResponse): Promise<ErrorResponse> {
  const { code, message, data } = response.error
  const value: JsonObject = data === undefined ? { message } : { message, data }
  const sifted: Sifted = await looker.look({
    direction: 'inbound',
    value,
    part: () => 'error',
  })
  if (sifted.action === 'block' || sifted.action === 'withhold')
    throw blocked('error', sifted.matches)
  if (sifted.value === value) return response
  const after = sifted.value
  return {
    ...response,
    error: {
      code,
      message: String(after['message']),
      ...(after['data'] === undefined ? {} : { data: after['data'] }),
    },
  }
}
