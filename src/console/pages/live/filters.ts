import type { Input, Output } from '../../api/call.ts'
import type { Search } from '../../app/search-text.ts'

/** A call as the feed shows it. */
export type FeedCall = Output<'calls.list'>['items'][number]
/** What narrows the feed, as the gateway is asked for it. */
export type FeedFilters = Omit<Input<'calls.list'>, 'cursor' | 'limit'>

const EFFECTS = ['permit', 'observed', 'ask', 'deny'] as const
const OUTCOMES = ['answered', 'asked', 'tool_error', 'denied', 'failed', 'cancelled'] as const
/** Members of the address that go to the gateway as they are. */
export const PLAIN = ['server', 'target', 'subject', 'client', 'grant', 'policy'] as const

const MINUTE = 60_000
/** Times before now, by how they stand in the address. */
export const SPANS: Readonly<Record<string, { readonly label: string; readonly long: number }>> = {
  '15m': { label: 'last 15 minutes', long: 15 * MINUTE },
  '1h': { label: 'last hour', long: 60 * MINUTE },
  '24h': { label: 'last 24 hours', long: 24 * 60 * MINUTE },
  '7d': { label: 'last 7 days', long: 7 * 24 * 60 * MINUTE },
}

/** Filters from the address. What it does not know there, it leaves out. `now`: milliseconds. */
export function filtersOf(search: Search, now: number): FeedFilters {
  const effect = EFFECTS.find((one) => one === search['effect'])
  const outcome = OUTCOMES.find((one) => one === search['outcome'])
  const span = SPANS[search['since'] ?? '']
  const from = momentOf(search['from']) ?? (span && new Date(now - span.long).toISOString())
  const to = momentOf(search['to'])
  const { q: text } = search
  const plain = PLAIN.flatMap((name) => {
    const value = search[name]
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(plain),
    ...(effect === undefined ? {} : { effect }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(text === undefined || text === '' ? {} : { text }),
  }
}

/** A moment of the address as the API takes it; undefined for what is none. */
function momentOf(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** Shorter beginnings of the id of a call are not looked for. */
const SHORTEST_ID = 8

/** Whether a call that just came belongs to what is shown; the gateway narrows in the same way. */
export function fits(call: FeedCall, filters: FeedFilters): boolean {
  const { server, target, subject, client, grant, policy, effect, outcome, from, to, text } =
    filters
  return (
    is(server, call.server) &&
    is(target, call.target) &&
    is(subject, call.subject) &&
    is(client, call.client) &&
    is(grant, call.grant) &&
    is(effect, call.verdict) &&
    is(outcome, call.outcome) &&
    (policy === undefined || call.policies.includes(policy)) &&
    (from === undefined || call.at >= from) &&
    (to === undefined || call.at < to) &&
    (text === undefined || beginsSo(call, text))
  )
}

function is(wanted: string | undefined, value: string | null): boolean {
  return wanted === undefined || wanted === value
}

function beginsSo({ id, server, target, subject, client }: FeedCall, text: string): boolean {
  const names = [server, target, client ?? '', subject ?? '', (subject ?? '').replace(/^\w+:/, '')]
  if (text.length >= SHORTEST_ID) names.push(id)
  return names.some((name) => name.startsWith(text))
}
