import type { AccessRequest, Action, Decision } from '../kernel/access.ts'
import type { FlowFacts } from '../kernel/flow.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Reservation } from '../kernel/limits.ts'
import type { Clock } from '../kernel/ports.ts'
import { type RecordEntry, type RecordedCall, recordedSender } from '../kernel/record.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import type { Aim } from './aim.ts'
import type { CallFlow } from './flow/call-flow.ts'
import type { Known } from './known.ts'
import type { CallScreen } from './screen/call-screen.ts'

/** What each stage found. The record gets it however the call ends. */
export interface Trace {
  readonly call: string
  readonly started: number
  readonly screen: CallScreen
  readonly flow: CallFlow
  aim?: Aim
  known?: Known
  /** The arguments as records may hold them. */
  shown?: JsonObject
  /** Where their values came from, the same way. */
  shownFlow?: FlowFacts
  access?: AccessRequest
  decision?: Decision
  reservation?: Reservation
  /** Set when a person was shown where to connect, in this request. */
  pageShown?: true
  /** Set once the call may have left. */
  dispatched?: true
}

/** How a call ended. */
export interface Ending {
  readonly outcome: Extract<RecordEntry, { kind: 'outcome' }>['outcome']
  readonly error?: string
  readonly result?: JsonObject
  readonly resultText?: string
}

interface Concluding {
  readonly now: Clock
  readonly policies: () => string
  readonly record: (entry: RecordEntry) => Promise<void>
  readonly log: (message: string, cause?: unknown) => void
}

/** How a call ended whose answer is this. */
export function endingOf(response: Response): Ending {
  if (response.kind === 'error') {
    return { outcome: 'tool_error', error: `rpc ${response.error.code}` }
  }
  const { result, resultText } = response
  const asks = result['resultType'] === 'input_required'
  const outcome = asks ? 'asked' : result['isError'] === true ? 'tool_error' : 'answered'
  return { outcome, result, ...(resultText === undefined ? {} : { resultText }) }
}

/** Records how a call ended. A record that cannot be written is logged: the intent stands without it. */
export async function conclude(
  { record, policies, now, log }: Concluding,
  exchange: Exchange,
  action: Action,
  trace: Trace,
  { outcome, error, result, resultText }: Ending,
): Promise<void> {
  const permitted = trace.decision?.effect === 'permit'
  const screened = trace.screen.found()
  try {
    await record({
      kind: 'outcome',
      ...recorded(exchange, action, trace),
      outcome,
      decision: trace.decision,
      policies: policies(),
      error,
      arguments: permitted ? undefined : (trace.shown ?? trace.aim?.arguments),
      input: permitted ? undefined : shownInput(trace),
      result,
      ...(resultText === undefined ? {} : { resultText }),
      ...(screened.length === 0 ? {} : { screened }),
      duration: Math.max(0, Math.round(now() - trace.started)),
    })
  } catch (cause) {
    log(`the outcome of call ${trace.call} could not be recorded`, cause)
  }
}

/** What the decision saw, as records may hold it: what screens found in arguments is not for them. */
export function shownInput({
  access,
  shown,
  shownFlow,
}: Pick<Trace, 'access' | 'shown' | 'shownFlow'>): AccessRequest | undefined {
  if (access === undefined || shown === undefined) return access
  const flow = shownFlow ?? access.flow
  if (shown === access.arguments && flow === access.flow) return access
  return { ...access, arguments: shown, ...(flow === undefined ? {} : { flow }) }
}

export function recorded(exchange: Exchange, action: Action, { call, aim }: Trace): RecordedCall {
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
