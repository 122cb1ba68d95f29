import type { AccessRequest, Action, Decision } from '../kernel/access.ts'
import { GatewayError, toGatewayError } from '../kernel/errors.ts'
import type { AnalysisSubject, Facts } from '../kernel/facts.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Limits } from '../kernel/limits.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { RecordEntry } from '../kernel/record.ts'
import { subjectName } from '../kernel/subject.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import { admit, giveBack, settle } from './admit.ts'
import type { Aim } from './aim.ts'
import { denied, invalid } from './answer.ts'
import { shownOf } from './approvals/round.ts'
import { type Approve, type Asking, type Grant, isLiftable, type Verdict } from './approve.ts'
import { checkScope } from './check-scope.ts'
import { conclude, type Ending, endingOf, recorded, shownInput, type Trace } from './conclude.ts'
import { type ConnectHolding, onceConnected } from './connect/once-connected.ts'
import { failed, refusalOf } from './failed-call.ts'
import { type CallFlow, type CallFlowOptions, callFlow } from './flow/call-flow.ts'
import { recordedFlow } from './flow/recorded.ts'
import { checkCallHeaders, type Known } from './known.ts'
import { oblige } from './oblige.ts'
import { authorize, type PermittedCall } from './permit.ts'
import { type PlantOptions, plant } from './plant.ts'
import { checkLeaving, isAnswerBlocked, type Leaving } from './screen/leaving.ts'
import type { Circumstances, Released } from './screen/release.ts'
import type { Screens } from './screen/screens.ts'
import { checkCall } from './scrub/check-call.ts'
import type { Scrubber } from './scrub/scrubber.ts'
import { accessRequest, type CredentialOf, see } from './see.ts'

/** One function for each stage. The composition fills them in. */
export interface Stages
  extends Pick<Screens, 'screen' | 'release' | 'giveUp'>,
    PlantOptions,
    CallFlowOptions {
  readonly now: Clock
  readonly randomId: RandomId
  readonly aim: (exchange: Exchange, action: Action) => Promise<Aim>
  readonly resolve: (aim: Aim) => Promise<Known>
  readonly analyse: (tool: AnalysisSubject, args: JsonObject) => Facts | Promise<Facts>
  readonly limits: Limits
  readonly credential?: CredentialOf
  /** Absent: no credential is known here. */
  readonly scrubber?: Scrubber | undefined
  /** Absent: no call waits until its subject has connected. */
  readonly connecting?: ConnectHolding | undefined
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
  const call = stages.randomId()
  const looking = { screen: stages.screen(call), flow: callFlow(stages, call) }
  const trace: Trace = { call, started: stages.now(), ...looking }
  try {
    const { connecting } = stages
    return await onceConnected(connecting, exchange, trace, () =>
      run(stages, exchange, action, trace),
    )
  } catch (thrown) {
    const error = toGatewayError(thrown)
    if (error.code === 'internal') stages.log(`call ${trace.call} failed`, thrown)
    giveBack(stages, trace)
    await trace.screen.settled()
    await conclude(stages, exchange, action, trace, refusalOf(error, trace))
    return failed(exchange, error, trace)
  }
}

/** @param grant what people answered, if they were asked: with it, a call goes the whole way again. */
async function run(
  stages: Stages,
  exchange: Exchange,
  action: Action,
  trace: Trace,
  grant?: Grant,
): Promise<Response> {
  const prepared = await prepare(stages, exchange, action, trace)
  if ('kind' in prepared) return prepared
  const { known, leaving, sent, seen } = prepared
  const round = stages.approve.open(seen, sent)
  if (isAnswerBlocked(leaving)) stages.giveUp(seen, round.sent, round.sent.params)
  const alone = await admit(stages, seen, trace)
  trace.decision = alone
  const asking = askingOf(stages, { exchange, round, known, access: seen }, alone, trace)
  const lifted = asking && grant && { asking, grant }
  const instead = lifted ? undefined : await unsentFor(stages, exchange, action, trace, asking)
  if (instead) return instead
  // What policies permit by themselves by now needs nobody's word, and uses none up.
  const access = lifted ? { ...seen, approval: lifted.grant.approval } : seen
  const decision = lifted ? await admit(stages, access, trace) : alone
  trace.access = access
  trace.decision = decision

  const shown = lifted ? shownOf(round, lifted.grant.approval) : round.sent
  const told = trace.flow.guard(exchange, access, known)
  const guarded = { ...shown, exchange: trace.screen.guard(told, access) }
  const permitted = authorize(guarded, known, access, decision)
  if (!permitted) return refuse(stages, exchange, action, trace)
  checkLeaving(leaving, lifted ? 'lifted' : 'alone')
  const refusal = lifted && (await useUp(stages, lifted, trace))
  if (refusal) return unsent(stages, exchange, action, trace, refusal)
  return send(stages, { exchange, action, aim: leaving.aim, permitted, lifted }, trace)
}

/** What is answered without the call leaving now: it was made before, or people have to be asked first. */
async function unsentFor(
  stages: Stages,
  exchange: Exchange,
  action: Action,
  trace: Trace,
  asking: Asking | undefined,
): Promise<Response | undefined> {
  const kept = await keptFor(stages, exchange, action, trace)
  return kept ?? (asking && askPeople(stages, exchange, action, trace, asking))
}

/** A call before anybody decided on it. */
interface Prepared {
  readonly known: Known
  readonly leaving: Leaving
  readonly sent: Aim
  readonly seen: AccessRequest
}

/** All that is known before the decision. The answer itself, for arguments that do not fit. */
async function prepare(
  stages: Stages,
  exchange: Exchange,
  action: Action,
  trace: Trace,
): Promise<Prepared | Response> {
  const asked = await stages.aim(exchange, action)
  trace.aim = asked
  checkCall(stages.scrubber, asked, (refused) => Object.assign(trace, refused))
  const known = await stages.resolve(asked)
  checkCallHeaders(known, exchange, asked.arguments)

  const violations = known.violations(asked.arguments)
  if (violations.length > 0) {
    const error = 'arguments_invalid'
    await conclude(stages, exchange, action, trace, { outcome: 'failed', error })
    return invalid(exchange.request, violations, exchange.conversation.era, trace.call)
  }

  const leaving = await trace.screen.leaving(asked, known, accessRequest(stages, asked, known))
  const { aim } = leaving
  Object.assign(trace, { aim, known, shown: leaving.shown })
  const sent = known.forward?.(aim) ?? aim
  const seen = await see(stages, trace.flow, leaving, sent, known)
  trace.access = seen
  if (seen.flow)
    trace.shownFlow = await recordedFlow(seen.flow, aim.arguments, leaving.shown, (texts) =>
      trace.screen.forRecords(texts, seen),
    )
  return { known, leaving, sent, seen }
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
  const shownArgs = trace.shown === aim.arguments ? args : {}
  await stages.record({
    kind: 'intent',
    ...recorded(exchange, action, trace),
    decision,
    policies: stages.policies(),
    definition: known.definition,
    arguments: trace.shown ?? aim.arguments,
    input: shownInput(trace) ?? request,
    ...(lifted ? { approval: lifted.grant.approval } : {}),
    ...(known.forward ? { forwarded: { server, target: name, arguments: shownArgs } } : {}),
  })
  await trace.flow.leaves(request, lifted?.grant.approval)
  trace.dispatched = true
  const answer = await stages.dispatch(permitted)
  settle(stages, trace, answer)
  if (answer.kind === 'result') inspect(known, answer.result)
  const obliged = oblige(answer, decision.obligations)
  const seen = await lookAt(stages, exchange, permitted, obliged, trace)
  if (seen.kind === 'waits') return end(stages, exchange, action, trace, seen)
  const { response: passed } = seen
  const response = lifted ? lifted.grant.carry(lifted.asking, passed) : passed

  // The intent is durable and the answer is due: the outcome follows without holding it up.
  void conclude(stages, exchange, action, trace, endingOf(response))
  // Records hold no decoy, and nothing was read that holds one.
  const labelled = trace.flow.label(response)
  return plant(stages, exchange, { server, name }, subjectName(request.subject), labelled)
}

/** Nothing reaches the client before it was looked at and taken in; what people may release waits for them. */
async function lookAt(
  stages: Stages,
  exchange: Exchange,
  permitted: PermittedCall,
  answer: Response,
  { screen, flow, call }: Trace,
): Promise<Released> {
  const { known, request, aim } = permitted
  await screen.settled()
  await flow.settled()
  try {
    const seen = await screen.answer(answer, known, request)
    const about = circumstances(stages, known, aim)
    const released: Released =
      seen.kind === 'passes'
        ? { ...seen, kind: 'released' }
        : await stages.release.withhold({ exchange, call, access: request }, seen, about)
    await takeIn(flow, request, known, released)
    return released
  } catch (thrown) {
    if (answer.kind === 'result') stages.giveUp(request, aim, answer.result)
    throw thrown
  }
}

/** What the client is about to see of what a server said. What is only told to wait holds nothing of it. */
async function takeIn(
  flow: CallFlow,
  access: AccessRequest,
  known: Known,
  released: Released,
): Promise<void> {
  if (released.kind === 'waits') return
  await flow.learn(access, known, released.response, released.told)
}

/** A call that was made before, and whose result waits: it is not made again. */
async function keptFor(
  stages: Stages,
  exchange: Exchange,
  action: Action,
  trace: Trace,
): Promise<Response | undefined> {
  const { decision, call, access, known } = trace
  const final = decision?.effect === 'deny' && !isLiftable(decision)
  if (access === undefined || known === undefined || final) return undefined
  const seen = await stages.release.again({ exchange, call, access }, () => checkScope(access))
  if (seen === undefined) return undefined
  giveBack(stages, trace)
  await takeIn(trace.flow, access, known, seen)
  return end(stages, exchange, action, trace, seen)
}

async function end(
  stages: Stages,
  exchange: Exchange,
  action: Action,
  trace: Trace,
  { kind, response }: Released,
): Promise<Response> {
  const waits: Ending = { outcome: 'failed', error: 'approval_pending' }
  const ending = kind === 'waits' ? waits : endingOf(response)
  await conclude(stages, exchange, action, trace, ending)
  return trace.flow.label(response)
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
  const about = circumstances(stages, known, round.sent)
  return { exchange, round, call: { call, access, denial, ...about } }
}

/** What people are told of a call besides the call. */
function circumstances(
  { policies }: Stages,
  { definition, forward }: Known,
  { server, name: target, arguments: args }: Aim,
): Circumstances {
  const forwarded = forward ? { forwarded: { server, target, arguments: args } } : {}
  return { definition, policies: policies(), ...forwarded }
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

function inspect(known: Known, result: JsonObject): void {
  const flaws = known.flaws(result)
  if (flaws.length === 0) return
  throw new GatewayError('result_withheld', 'the result does not match what the tool declares', {
    detail: flaws.join('; '),
  })
}
