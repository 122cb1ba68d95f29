import { setTimeout as sleep } from 'node:timers/promises'
import type { CallQuery, CallRecords, Outcome, Records, StoredRecord } from '../../audit/audit.ts'
import { inputOf } from '../../audit/audit.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { rows, words } from '../admin/lists.ts'
import {
  type CallView,
  callView,
  objectOf,
  policiesOf,
  recordView,
  subjectOf,
} from '../call-view.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { findCall } from '../find-call.ts'
import { flowText } from '../flow-text.ts'
import { withRecords } from '../open-records.ts'
import { subjectQuery } from '../subject-option.ts'
import { paint, printable, show, table, talk } from '../terminal.ts'
import { timesOf } from '../time-option.ts'

export interface ListOptions {
  readonly server?: string
  readonly target?: string
  readonly outcome?: Outcome
  readonly subject?: string
  readonly client?: string
  readonly grant?: string
  readonly since?: string
  readonly before?: string
  readonly limit: number
  readonly cursor?: string
}

/** `bailiwick calls ls`: a page of calls, newest first. */
export function callsList(context: Context, options: ListOptions): Promise<Exit> {
  const { since, before, subject, ...rest } = options
  const query: CallQuery = { ...rest, ...subjectQuery(subject), ...timesOf({ since, before }) }
  return withRecords(context, async (records) => {
    const page = await records.calls(query)
    const calls = page.calls.map(callView).filter((call) => call !== undefined)
    const row = (call: CallView) => [
      call.at,
      whoOf(call),
      clientOf(call),
      call.server,
      call.target,
      String(call.decision ?? '-'),
      endOf(call),
      call.call,
    ]
    const head = ['AT', 'FOR', 'CLIENT', 'SERVER', 'TARGET', 'DECISION', 'OUTCOME', 'CALL']
    await show(context, { calls, next: page.next ?? null }, () => table(head, calls.map(row)))
    if (page.next !== undefined) talk(context, `more: --cursor ${page.next}`)
    return 'ok'
  })
}

/** `bailiwick calls show ID`: the records of one call. */
export function callsShow(context: Context, id: string, flow = false): Promise<Exit> {
  return withRecords(context, async (all) => {
    const { found, view } = await findCall(all, id)
    if (flow) return showFlow(context, found, view)
    const { intent, outcome } = found
    const records = {
      intent: intent && recordView(intent),
      outcome: outcome && recordView(outcome),
    }
    await show(context, { ...view, records }, () => callText(view, intent ?? outcome, outcome))
    return 'ok'
  })
}

/** `bailiwick calls show ID --flow`: where the values of its arguments came from. */
async function showFlow(context: Context, found: CallRecords, view: CallView): Promise<Exit> {
  const input = inputOf(found)
  const flow = input?.request.flow
  await show(context, { ...view, flow: flow ?? null }, () => [
    ...rows([
      ['call', view.call],
      ['at', view.at],
      ['tool', `${view.target} of ${view.server}`],
      ['decision', `${String(view.decision ?? 'none')} (${words(view.policies)})`],
    ]),
    '',
    ...(flow === undefined ? [] : flowText(context, flow)),
  ])
  if (flow === undefined)
    talk(
      context,
      input === undefined
        ? 'what the decision saw is not on record: it was larger than `records.input` of the configuration, or nothing was kept'
        : 'nobody looked where its values came from: the flow of data was not followed then',
    )
  return 'ok'
}

export interface TailOptions {
  /** Calls to begin with. */
  readonly lines: number
  readonly follow: boolean
}

const POLL = 250
const PAGE = 500

/** `bailiwick calls tail`: records as they are made, until interrupted. */
export function callsTail(context: Context, options: TailOptions): Promise<Exit> {
  return withRecords(context, async (records) => {
    for await (const record of follow(context, records, options))
      await show(context, recordView(record), () => [recordLine(context, record)])
    return 'ok'
  })
}

async function* follow(
  { signal }: Context,
  records: Records,
  options: TailOptions,
): AsyncGenerator<StoredRecord, void> {
  let seq = await startOf(records, options.lines)
  while (!signal.aborted) {
    const page = await records.tail(seq, PAGE)
    yield* page.filter(({ kind }) => kind !== 'event')
    seq = page.at(-1)?.seq ?? seq
    if (page.length === PAGE) continue
    if (!options.follow) return
    await sleep(POLL, undefined, { signal }).catch(() => undefined)
  }
}

/** The place in the chain before the last `count` calls. */
async function startOf(records: Records, count: number): Promise<number> {
  const { calls } = await records.calls({ limit: Math.max(1, count) })
  const places = calls.flatMap(({ intent, outcome }) => [intent?.seq, outcome?.seq])
  const known = places.filter((seq) => seq !== undefined)
  if (known.length === 0) return 0
  return count === 0 ? Math.max(...known) : Math.min(...known) - 1
}

function recordLine(context: Context, record: StoredRecord): string {
  const time = paint(context, 'dim', new Date(record.at).toISOString())
  const what = printable(`${record.server} ${record.target}`.trim())
  const body = record.body ?? {}
  const decision = objectOf(body['decision'])
  const effect = decision['effect']
  const words =
    record.kind === 'intent'
      ? `${effect === 'permit' ? paint(context, 'green', 'permit') : paint(context, 'red', 'deny')}`
      : outcomeWords(context, record, body)
  const policies =
    record.kind === 'intent' || record.outcome === 'denied' ? policiesOf(decision) : []
  const by = policies.length === 0 ? '' : ` by ${printable(policies.join(', '))}`
  const who = printable(subjectOf(record) ?? '-')
  return `${time}  ${words}  ${what}${by}  ${paint(context, 'dim', `${who} ${printable(record.call)}`)}`
}

function outcomeWords(context: Context, record: StoredRecord, body: JsonObject): string {
  const outcome = record.outcome ?? ''
  const color = outcome === 'answered' ? 'green' : outcome === 'denied' ? 'red' : 'yellow'
  const error = typeof body['error'] === 'string' ? ` (${printable(body['error'])})` : ''
  return `${paint(context, color, printable(outcome))}${error} in ${Number(body['duration'] ?? 0)} ms`
}

function endOf(call: CallView): string {
  if (call.outcome === null) return '-'
  return call.duration === null ? call.outcome : `${call.outcome} (${call.duration} ms)`
}

function callText(
  view: CallView,
  first: StoredRecord | undefined,
  outcome: StoredRecord | undefined,
): readonly string[] {
  const decision = objectOf(first?.body?.['decision'])
  const determining = Array.isArray(decision['determining']) ? decision['determining'] : []
  const rows: (readonly [string, string])[] = [
    ['call', view.call],
    ['at', view.at],
    ['subject', String(view.subject)],
    ...(actorsOf(view).length === 0 ? [] : [['acted', actorsOf(view).join(' for ')] as const]),
    ['client', `${clientOf(view)}, claims to be ${String(view.client)}`],
    ...authorizationRows(view),
    ['method', String(view.method)],
    ['server', view.server],
    ['target', view.target],
    ['decision', String(view.decision ?? 'none')],
    ...determining.map((one) => ['  policy', policyText(objectOf(one))] as const),
    ...approvalRows(view),
    ['arguments', digestText(first?.body?.['arguments'])],
    ['outcome', endOf(view)],
    ...(view.error === null ? [] : ([['error', String(view.error)]] as const)),
    ...screenedRows(view),
    ['result', digestText(outcome?.body?.['result'])],
  ]
  return rows.map(([name, value]) => `${name.padEnd(10)}  ${printable(value)}`)
}

function policyText({ policy, reason, remedy }: JsonObject): string {
  const why = typeof reason === 'string' ? `: ${reason}` : ''
  const way = typeof remedy === 'string' ? ` (${remedy})` : ''
  return `${String(policy)}${why}${way}`
}

function approvalRows({ approval }: CallView): readonly (readonly [string, string])[] {
  const { id, digest, kind, by } = objectOf(approval)
  if (id === undefined) return []
  const who = Array.isArray(by) ? by.join(', ') : '-'
  return [
    ['approved', `by ${who} (${String(kind)}, request ${String(id)}), sha256 ${String(digest)}`],
  ]
}

/** Each finding: what it is, where, and what was done. */
function screenedRows({ screened }: CallView): readonly (readonly [string, string])[] {
  if (!Array.isArray(screened)) return []
  return screened
    .map(objectOf)
    .map(({ category, type, at, part, certainty, action, screen }) => [
      'found',
      `${String(category)}/${String(type)} (${String(certainty)}) in ${String(part)} at ${String(at) || '/'}: ${String(action)} by ${String(screen)}`,
    ])
}

function digestText(value: JsonObject[string]): string {
  const { digest, size, excerpt } = objectOf(value)
  if (digest === undefined) return '-'
  const shown = typeof excerpt === 'string' ? `: ${excerpt}` : ''
  return `sha256 ${String(digest)}, ${String(size)} bytes${shown}`
}

/** Whom a call was for, and by whom, in one word: `build for user:ann`. */
function whoOf(view: CallView): string {
  const [actor] = actorsOf(view)
  const subject = String(view.subject ?? '-')
  return actor === undefined ? subject : `${actor} for ${subject}`
}

function actorsOf({ actors }: CallView): readonly string[] {
  return Array.isArray(actors) ? actors.map(String) : []
}

function clientOf({ authorization }: CallView): string {
  return String(objectOf(authorization)['client'] ?? '-')
}

function authorizationRows({ authorization }: CallView): readonly (readonly [string, string])[] {
  const { trust, grant, scopes, bound, issuer, via } = objectOf(authorization)
  if (trust === undefined) return []
  return [
    [
      'known as',
      `${String(trust)} client, ${bound === true ? 'token bound to its key' : 'bearer token'}`,
    ],
    ['grant', String(grant ?? '-')],
    ['scopes', Array.isArray(scopes) ? scopes.join(' ') : '-'],
    ['via', `${String(via)}${issuer === '' ? '' : ` at ${String(issuer)}`}`],
  ]
}
