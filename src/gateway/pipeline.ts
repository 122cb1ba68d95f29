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
import { denied, failure, quarantined, toolError } from './answer.ts'
import { shownOf } from './approvals/round.ts'
import { type Approve, type Asking, type Grant, isLiftable, type Verdict } from './approve.ts'
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
  readonly approve: Approve
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
    await conclude(stages, exchange, action, trace, { ...refusalOf(error), error: error.code })
    return error.code === 'definition_quarantined'
      ? quarantined(exchange, error, trace.call)
      : failure(exchange.request, error, trace.call)
  }
}

function refusalOf({ code }: GatewayError): Pick<Ending, 'outcome'> {
  if (code === 'definition_quarantined') return { outcome: 'denied' }
  return { outcome: code === 'cancelled' ? 'cancelled' : 'failed' }
}

/** @param grant what people answered, if they were asked: with it, a call goes the whole way again. */
async function run(
  stages: Stages,
  exchange: Exchange,
  action: Action,
  trace: Trace,
  grant?: Grant,
): Promise<Response> {
  const aim = await stages.aim(exchange, action)
  trace.aim = aim
  const known = await stages.resolve(aim)
  checkCallHeaders(known, exchange, aim.arguments)

  const violations = known.violations(aim.arguments)
  if (violations.length > 0) {
    const error = 'arguments_invalid'
    await conclude(stages, exchange, action, trace, { outcome: 'failed', error })
    return invalid(exchange, violations, trace.call)
  }

  const sent = known.forward?.(aim) ?? aim
  const seen = await see(stages, aim, sent, known)
  trace.access = seen
  const round = stages.approve.open(seen, sent)
  const alone = await admit(stages, seen, trace)
  trace.decision = alone
  const asking = askingOf(stages, { exchange, round, known, access: seen }, alone, trace)
  const lifted = asking && grant && { asking, grant }
  if (asking && !lifted) return askPeople(stages, exchange, action, trace, asking)
  // What policies permit by themselves by now needs nobody's word, and uses none up.
  const access = lifted ? { ...seen, approval: lifted.grant.approval } : seen
  const decision = lifted ? await admit(stages, access, trace) : alone
  trace.access = access
  trace.decision = decision

  const leaving = lifted ? shownOf(round, lifted.grant.approval) : round.sent
  const permitted = authorize(leaving, known, access, decision)
  if (!permitted) return refuse(stages, exchange, action, trace)
  const refusal = lifted && (await useUp(stages, lifted, trace))
  if (refusal) return unsent(stages, exchange, action, trace, refusal)
  return send(stages, { exchange, action, aim, permitted, lifted }, trace)
}

/** A call that policies permit, for which there is room. */
interface Outgoing {
  readonly exchange: Exchange
  readonly action: Action
  /** As the client asked. */
  readonly aim: Aim
  readonly permitted: PermittedCall
  /** What people approved, where they had to: used up by now. */
  readonly lifted: Lifted | undefined
}

/** The second half of the way: nothing leaves before its intent is on record. */
async function send(stages: Stages, outgoing: Outgoing, trace: Trace): Promise<Response> {
  const { exchange, action, aim, permitted, lifted } = outgoing
  const { known, request, decision } = permitted
  const { server, name, arguments: args } = permitted.aim
  await stages.record({
    kind: 'intent',
    ...recorded(exchange, action, trace),
    decision,
    policies: stages.policies(),
    definition: known.definition,
    arguments: aim.arguments,
    input: request,
    ...(lifted ? { approval: lifted.grant.approval } : {}),
    ...(known.forward ? { forwarded: { server, target: name, arguments: args } } : {}),
  })
  trace.dispatched = true
  const answer = await stages.dispatch(permitted)
  settle(stages, trace, answer)
  if (answer.kind === 'result') inspect(known, answer.result)
  const obliged = oblige(answer, decision.obligations)
  const response = lifted ? lifted.grant.carry(lifted.asking, obliged) : obliged

  // The intent is durable and the answer is due: the outcome follows without holding it up.
  void conclude(stages, exchange, action, trace, endingOf(response))
  return response
}

/** A denial that people lifted. */
interface Lifted {
  readonly asking: Asking
  readonly grant: Grant
}

/** A call as it was looked at before anybody was asked. */
interface Looked extends Pick<Asking, 'exchange' | 'round'> {
  readonly known: Known
  readonly access: AccessRequest
}

/** What a human would have to lift; undefined for what no human can, or need. */
function askingOf(
  stages: Stages,
  { exchange, round, known, access }: Looked,
  denial: Decision,
  { call }: Trace,
): Asking | undefined {
  if (!isLiftable(denial)) return undefined
  const { definition } = known
  const { server, name: target, arguments: args } = round.sent
  const forwarded = known.forward ? { forwarded: { server, target, arguments: args } } : {}
  const policies = stages.policies()
  return { exchange, round, call: { call, access, denial, definition, policies, ...forwarded } }
}

/** Asks people; for nothing that the token would not allow with their word either. */
async function askPeople(
  stages: Stages,
  exchange: Exchange,
  action: Action,
  trace: Trace,
  asking: Asking,
): Promise<Response> {
  checkScope(asking.call.access)
  const verdict = await stages.approve.ask(asking)
  if (verdict === undefined) return refuse(stages, exchange, action, trace)
  // People take their time, so all is looked at again, with their answer.
  if (verdict.kind === 'granted') return run(stages, exchange, action, trace, verdict.grant)
  return unsent(stages, exchange, action, trace, verdict)
}

/** Uses what was approved. When that fails, the room that was taken for the call is given back. */
async function useUp(
  stages: Stages,
  { asking, grant }: Lifted,
  trace: Trace,
): Promise<Unsent | undefined> {
  if (asking.exchange.cancelled.aborted)
    throw new GatewayError('cancelled', 'the request was cancelled')
  const response = await grant.use(asking)
  if (response === undefined) return undefined
  giveBack(stages, trace)
  return { response, error: 'approval_refused' }
}

type Unsent = Pick<Extract<Verdict, { kind: 'answered' }>, 'response' | 'error'>

/** A call that people did not let pass, or not yet. */
async function unsent(
  stages: Stages,
  exchange: Exchange,
  action: Action,
  trace: Trace,
  { response, error }: Unsent,
): Promise<Response> {
  await conclude(stages, exchange, action, trace, { outcome: 'denied', error })
  return response
}

async function refuse(
  stages: Stages,
  exchange: Exchange,
  action: Action,
  trace: Trace,
): Promise<Response> {
  await conclude(stages, exchange, action, trace, { outcome: 'denied' })
  const { decision, call } = trace
  if (decision?.effect !== 'deny') throw new GatewayError('internal', 'internal error')
  return denied(exchange.request, decision, exchange.conversation.era, call)
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
