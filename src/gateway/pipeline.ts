import type { AccessRequest, Action, Decision, Determining } from '../kernel/access.ts'
import { GatewayError, toGatewayError } from '../kernel/errors.ts'
import { type AnalysisSubject, type Facts, NO_FACTS } from '../kernel/facts.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Limits, Reservation } from '../kernel/limits.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import { type RecordEntry, type RecordedCall, recordedSender } from '../kernel/record.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import type { Aim } from './aim.ts'
import { denied, failure, toolError } from './answer.ts'
import { checkScope } from './check-scope.ts'
import { analysedOf, checkCallHeaders, type Known } from './known.ts'
import { oblige } from './oblige.ts'
import { authorize, type PermittedCall } from './permit.ts'
import { exceeded, NOTHING_USED, usedBy } from './use.ts'

/** One function for each stage. The composition fills them in. */
export interface Stages {
  readonly now: Clock
  readonly randomId: RandomId
  readonly aim: (exchange: Exchange, action: Action) => Promise<Aim>
  readonly resolve: (aim: Aim) => Promise<Known>
  readonly analyse: (tool: AnalysisSubject, args: JsonObject) => Facts | Promise<Facts>
  readonly limits: Limits
  readonly decide: (request: AccessRequest) => Decision
  /** Whether a denial holds for a server, or is only noted. */
  readonly enforces: (server: string) => boolean
  /** Hash of the policy set that `decide` uses. */
  readonly policies: () => string
  readonly record: (entry: RecordEntry) => Promise<void>
  readonly dispatch: (call: PermittedCall) => Promise<Response>
  readonly log: (message: string, cause?: unknown) => void
}

/** Stands for the operator's word that a server is only observed. */
const OBSERVED: Determining = {
  policy: 'observe-mode',
  reason: 'the operator only observes this server',
}

/** What each stage found. The record gets it however the call ends. */
interface Trace {
  readonly call: string
  readonly started: number
  aim?: Aim
  access?: AccessRequest
  decision?: Decision
  reservation?: Reservation
  /** Set once the call may have left. */
  dispatched?: true
}

/**
 * The way of a call, top to bottom; this is the whole data plane. What arrives here was received
 * (parsed once, strictly) and authenticated at the listener. Total: a failure is an answer too, and
 * is recorded. Nothing is dispatched that was not decided, nor before its intent is on record.
 */
export async function answerCall(
  stages: Stages,
  exchange: Exchange,
  action: Action,
): Promise<Response> {
  const trace: Trace = { call: stages.randomId(), started: stages.now() }
  try {
    return await run(stages, exchange, action, trace)
  } catch (thrown) {
    const error = toGatewayError(thrown)
    if (error.code === 'internal') stages.log(`call ${trace.call} failed`, thrown)
    giveBack(stages, trace)
    const outcome = error.code === 'cancelled' ? 'cancelled' : 'failed'
    await conclude(stages, exchange, action, trace, { outcome, error: error.code })
    return failure(exchange.request, error, trace.call)
  }
}

async function run(
  stages: Stages,
  exchange: Exchange,
  action: Action,
  trace: Trace,
): Promise<Response> {
  const { request, conversation } = exchange
  const aim = await stages.aim(exchange, action)
  trace.aim = aim
  const known = await stages.resolve(aim)
  checkCallHeaders(known, exchange, aim.arguments)

  const violations = known.violations(aim.arguments)
  if (violations.length > 0) {
    await conclude(stages, exchange, action, trace, {
      outcome: 'failed',
      error: 'arguments_invalid',
    })
    return invalid(exchange, violations, trace.call)
  }

  const sent = known.forward?.(aim) ?? aim
  const access = await see(stages, aim, sent, known)
  trace.access = access
  const decision = await admit(stages, access, trace)
  trace.decision = decision
  const permitted = authorize(sent, known, access, decision)
  if (!permitted || decision.effect === 'deny') {
    await conclude(stages, exchange, action, trace, { outcome: 'denied' })
    if (decision.effect === 'deny') return denied(request, decision, conversation.era, trace.call)
    throw new GatewayError('internal', 'internal error')
  }

  await stages.record({
    kind: 'intent',
    ...recorded(exchange, action, trace),
    decision,
    policies: stages.policies(),
    definition: known.definition,
    arguments: aim.arguments,
    input: access,
    ...(sent === aim
      ? {}
      : { forwarded: { server: sent.server, target: sent.name, arguments: sent.arguments } }),
  })
  trace.dispatched = true
  const answer = await stages.dispatch(permitted)
  settle(stages, trace, answer)
  if (answer.kind === 'result') inspect(known, answer.result)
  const response = oblige(answer, permitted.decision.obligations)

  // The intent is durable and the answer is due: the outcome follows without holding it up.
  void conclude(stages, exchange, action, trace, endingOf(response))
  return response
}

/** Adds to what policies see what only analysers and limits know. */
async function see(stages: Stages, aim: Aim, sent: Aim, known: Known): Promise<AccessRequest> {
  const facts = known.analysis ? await stages.analyse(known.analysis, analysedOf(sent)) : NO_FACTS
  const request = { ...accessRequest(stages, aim, known), facts }
  return { ...request, rate: await stages.limits.left(request) }
}

/** Decides, and takes room for what is permitted: a limit without room denies. */
async function admit(stages: Stages, access: AccessRequest, trace: Trace): Promise<Decision> {
  const decision = await take(stages, access, trace)
  if (decision.effect === 'permit' || stages.enforces(access.target.server)) return decision
  // Policies are only observed; what a person consented to holds everywhere.
  checkScope(access)
  return { effect: 'permit', determining: [OBSERVED], observed: decision }
}

async function take(stages: Stages, access: AccessRequest, trace: Trace): Promise<Decision> {
  const decision = stages.decide(access)
  if (decision.effect === 'deny') return decision
  // After the decision: nobody shall be asked to consent to what is denied all the same.
  checkScope(access)
  const taken = await stages.limits.reserve(access, decision.obligations?.limit ?? [])
  if ('limit' in taken) return exceeded(taken)
  trace.reservation = taken
  return decision
}

/** A call that failed: what never left does not count. */
function giveBack({ limits }: Stages, { reservation, dispatched }: Trace): void {
  if (reservation === undefined) return
  if (dispatched) limits.settle(reservation, () => NOTHING_USED)
  else limits.release(reservation)
}

function settle({ limits }: Stages, { reservation }: Trace, response: Response): void {
  if (reservation) limits.settle(reservation, () => usedBy(response))
}

/** Builds what policies see from what the operator knows; a server's claims have no part in it. */
export function accessRequest(
  { now }: Pick<Stages, 'now'>,
  aim: Aim,
  { classification, of }: Pick<Known, 'classification' | 'of'>,
): AccessRequest {
  const { conversation, sender } = aim.exchange
  return {
    subject: sender.subject,
    authorization: sender.authorization,
    client: conversation.client,
    action: aim.action,
    target: {
      kind: aim.kind,
      server: aim.server,
      name: aim.name,
      classification,
      ...(of === undefined ? {} : { of }),
    },
    arguments: aim.arguments,
    facts: NO_FACTS,
    rate: {},
    time: now(),
  }
}

function inspect(known: Known, result: JsonObject): void {
  const flaws = known.flaws(result)
  if (flaws.length === 0) return
  throw new GatewayError('result_withheld', 'the result does not match what the tool declares', {
    detail: flaws.join('; '),
  })
}

function invalid(exchange: Exchange, violations: readonly string[], call: string): Response {
  const { request, conversation } = exchange
  if (request.method !== 'tools/call') {
    const error = new GatewayError('arguments_invalid', violations.join('; '))
    return failure(request, error, call)
  }
  const text = `Invalid arguments: ${violations.join('; ')}. Correct them and call again.`
  const detail = { code: 'arguments_invalid', violations, requestId: call }
  return toolError(request, text, detail, conversation.era)
}

function endingOf(response: Response): Ending {
  if (response.kind === 'error') {
    return { outcome: 'tool_error', error: `rpc ${response.error.code}` }
  }
  const { result, resultText } = response
  const asks = result['resultType'] === 'input_required'
  const outcome = asks ? 'asked' : result['isError'] === true ? 'tool_error' : 'answered'
  return { outcome, result, ...(resultText === undefined ? {} : { resultText }) }
}

interface Ending {
  readonly outcome: Extract<RecordEntry, { kind: 'outcome' }>['outcome']
  readonly error?: string
  readonly result?: JsonObject
  readonly resultText?: string
}

/** Records how a call ended. A record that cannot be written is logged: the intent stands without it. */
async function conclude(
  stages: Stages,
  exchange: Exchange,
  action: Action,
  trace: Trace,
  { outcome, error, result, resultText }: Ending,
): Promise<void> {
  try {
    await stages.record({
      kind: 'outcome',
      ...recorded(exchange, action, trace),
      outcome,
      decision: trace.decision,
      policies: stages.policies(),
      error,
      arguments: trace.decision?.effect === 'permit' ? undefined : trace.aim?.arguments,
      input: trace.decision?.effect === 'permit' ? undefined : trace.access,
      result,
      ...(resultText === undefined ? {} : { resultText }),
      duration: Math.max(0, Math.round(stages.now() - trace.started)),
    })
  } catch (cause) {
    stages.log(`the outcome of call ${trace.call} could not be recorded`, cause)
  }
}

function recorded(exchange: Exchange, action: Action, { call, aim }: Trace): RecordedCall {
  const { client, endpoint } = exchange.conversation
  return {
    call,
    ...recordedSender(exchange.sender),
    client: `${client.name} ${client.version}`,
    method: exchange.request.method,
    action,
    server: aim?.server ?? (endpoint.kind === 'server' ? endpoint.server : ''),
    target: aim?.name ?? '',
  }
}
