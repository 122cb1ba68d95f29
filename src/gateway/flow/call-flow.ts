import type { AccessRequest, CallApproval } from '../../kernel/access.ts'
import type { FlowBook, FlowFacts, FlowLabels, FlowSource } from '../../kernel/flow.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Response } from '../../mcp/message.ts'
import type { Aim } from '../aim.ts'
import { analysedOf, type Known } from '../known.ts'
import { withMeta } from '../screen/exact.ts'
import { OWN_META } from '../server-words.ts'
import { acts, asking, flowCallOf } from './book.ts'
import { bring, guarded } from './guard.ts'
import { learnedInOrder } from './learned-in-order.ts'
import { NO_FLOW } from './no-flow.ts'
import { ownValues } from './own-values.ts'
import { allTyped, answersIn, asArguments, besideArguments } from './rounds.ts'
import { wordsOfAnswer, wordsOfResult } from './words.ts'

/** Where it stands in `_meta` what a result is to whoever follows the flow of data. */
const FLOW = `${OWN_META}flow`
/** Notifications of one call that may wait to be taken in. */
export const MOST_TOLD = 1_000

/** What one call takes out of what was read, and adds to it. */
export interface CallFlow {
  /** Where the values come from that would leave. @throws GatewayError `flow_unavailable`. */
  look(request: AccessRequest, sent: Aim, known: Known): Promise<FlowFacts>
  /**
   * The call leaves, as it was looked at last. Whoever approved exactly this call confirmed what it says: not
   * what they never saw, as in a call that is only alike. @throws GatewayError `flow_unavailable`.
   */
  leaves(request: AccessRequest, approval: CallApproval | undefined): Promise<void>
  /** The client's side of the call: what a server tells and asks is taken in before it gets there. */
  guard(exchange: Exchange, request: AccessRequest, known: Known): Exchange
  /** Resolves when all that was told so far has gone on, or never will. */
  settled(): Promise<void>
  /**
   * Takes in what the client is about to see.
   *
   * @param told the words of a result, where they stand in it between marks
   * @throws GatewayError `flow_unavailable`: then the client must not see it.
   */
  learn(request: AccessRequest, known: Known, response: Response, told?: JsonObject): Promise<void>
  /** Says in `_meta` of a result that was taken in what is known of it. */
  label(response: Response): Response
}

export interface CallFlowOptions {
  readonly flow: FlowBook
  readonly log: (message: string, cause?: unknown) => void
}

/** What a look brought, for when the call leaves. */
interface Looked {
  readonly facts: FlowFacts
  /** What people typed that goes along. */
  readonly typed: JsonObject
}

/** Makes it, for one call. See {@link CallFlow}. */
export function callFlow({ flow, log }: CallFlowOptions, call: string): CallFlow {
  let looked: Looked | undefined
  let labels: FlowLabels | undefined
  let settled = async (): Promise<void> => undefined
  return {
    async look(request, sent, known) {
      const answers = answersIn(sent) ?? {}
      const facts = await lookAt(flow, call, request, sent, known)
      looked = { facts, typed: allTyped(answers) }
      if (Object.keys(answers).length === 0) return facts
      const said = await asking(() => flow.look(flowCallOf(request, call), asArguments(answers)))
      const carries = [...new Set([...facts.carries, ...said.carries])].sort()
      return { ...facts, carries, values: [...facts.values, ...besideArguments(said.values)] }
    },
    async leaves(request, approval) {
      if (looked === undefined) return
      const of = flowCallOf(request, call)
      const { facts, typed } = looked
      const by = approval?.kind === 'once' ? approval.by : undefined
      await asking(() => flow.leaves(of, facts, by))
      await bring(flow, of, typed)
    },
    guard(exchange, request, known) {
      // Nobody takes anything in: there is nothing to wait for.
      if (flow === NO_FLOW) return exchange
      const of = flowCallOf(request, call)
      const source = { ...sourceOf(known, request), fields: {} }
      const learn = (words: Json): Promise<unknown> => asking(() => flow.learn(of, source, words))
      const told = learnedInOrder(learn, MOST_TOLD, (cause) =>
        log(`a notification in call ${call} was kept back`, cause),
      )
      settled = told.settled
      return guarded(exchange, { learn, told, bring: (typed) => bring(flow, of, typed) })
    },
    settled: () => settled(),
    async learn(request, known, response, told) {
      labels = undefined
      const words = told === undefined ? wordsOfAnswer(response) : wordsOfResult(told)
      if (words === undefined) return
      const all = sourceOf(known, request)
      const source = response.kind === 'error' ? { ...all, fields: {} } : all
      labels = await asking(() => flow.learn(flowCallOf(request, call), source, words))
    },
    label(response) {
      if (labels === undefined || labels.context === '' || response.kind === 'error')
        return response
      return withMeta(response, { [FLOW]: { ...labels, classes: [...labels.classes] } })
    },
  }
}

async function lookAt(
  flow: FlowBook,
  call: string,
  request: AccessRequest,
  sent: Aim,
  known: Known,
): Promise<FlowFacts> {
  const facts = await asking(() =>
    flow.look(flowCallOf(request, call), {
      arguments: analysedOf(sent),
      inputSchema: known.analysis?.inputSchema,
      roles: known.roles ?? {},
    }),
  )
  if (known.forward === undefined) return facts
  return { ...facts, values: ownValues(facts.values, request.arguments) }
}

/** What is known of whoever writes what a target hands out. */
function sourceOf({ classification, fields = {} }: Known, { flow }: AccessRequest): FlowSource {
  const chosen = chosenBy(flow)
  const { trust, reads } = classification
  const fetched = flow?.values.some(({ link, at }) => link === true && at !== '') ?? false
  return {
    trust,
    reads,
    fields,
    acts: acts(classification),
    fetched,
    ...(chosen ? { chosen } : {}),
  }
}

/** Whose text named what is read, if any did. */
function chosenBy(flow: FlowFacts | undefined): FlowSource['chosen'] {
  const origins = (flow?.values ?? [])
    .filter(({ role }) => role === 'selector' || role === 'destination')
    .map(({ origin }) => origin)
  if (origins.includes('untrusted')) return 'untrusted'
  return origins.includes('members') ? 'members' : undefined
}
