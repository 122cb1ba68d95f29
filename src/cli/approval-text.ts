import type { RequestView } from '../admin/approvals/views.ts'
import { liftText } from '../policy/explain/lift-text.ts'
import { rows, words } from './admin/lists.ts'
import { jsonLines, printable } from './terminal.ts'

/** How long is left until a moment, in words: `4m 10s`. @param now milliseconds since the epoch. */
export function timeLeft(until: string, now: number): string {
  const seconds = Math.ceil((Date.parse(until) - now) / 1_000)
  if (!(seconds > 0)) return 'none'
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)]
  if (hours > 0) return `${hours}h ${minutes}m`
  return minutes > 0 ? `${minutes}m ${seconds % 60}s` : `${seconds}s`
}

/** A request, for the person at the terminal: the whole call, safe to print, nothing cut. */
export function requestText(
  shown: { readonly approval: RequestView; readonly mayAnswer: boolean; readonly why?: string },
  url: string,
  now: number,
): readonly string[] {
  const { approval } = shown
  return [
    ...rows([...stateRows(approval, now), ...whoRows(approval), ...whyRows(approval)]),
    ...callText(approval),
    '',
    ...rows([...boundRows(approval), ...voteRows(approval)]),
    '',
    printable(shown.mayAnswer ? `answer at ${url}` : `you cannot answer this: ${shown.why ?? ''}`),
  ]
}

type Row = readonly [name: string, value: string]

function stateRows(
  { id, state, created, expires, server, target, action }: RequestView,
  now: number,
): Row[] {
  const left =
    state === 'pending' ? `${timeLeft(expires, now)} left, until ${expires}` : `since ${created}`
  return [
    ['request', id],
    ['state', `${state}; ${left}`],
    ['tool', `${target} of ${server}${action === undefined ? '' : ` (${action})`}`],
  ]
}

function whoRows(approval: RequestView): Row[] {
  const { subject, groups, actors, client, clientTrust, claims, requesters } = approval
  const said = claims === undefined ? '' : `; says it is ${claims.name} ${claims.version}`
  return [
    ['for', `${subject}; groups: ${words(groups)}`],
    ['acted', words(actors)],
    ['client', `${client} (${clientTrust ?? 'unknown'})${said}`],
    ['not by', words(requesters)],
  ]
}

function whyRows({ determining = [], lift }: RequestView): Row[] {
  return [
    ...determining.flatMap(({ policy, reason, remedy }): Row[] => [
      ['why', reason === undefined ? policy : `${reason} (${policy})`],
      ...(remedy === undefined ? [] : [['remedy', remedy] as const]),
    ]),
    ['asked', liftText(lift)],
  ]
}

function callText(approval: RequestView): string[] {
  const { withheld, arguments: given, forwarded, facts } = approval
  if (withheld === 'roles') return ['', 'what the call carries is not for your roles']
  if (withheld === 'kept') return ['', 'what the call carries is no longer kept']
  return [
    ...section('arguments', given ?? {}),
    ...(forwarded === undefined
      ? []
      : section(`leaves as ${forwarded.target} of ${forwarded.server}`, forwarded.arguments ?? {})),
    ...section('facts', facts ?? {}),
  ]
}

function section(name: string, value: unknown): string[] {
  return ['', `${printable(name)}:`, ...jsonLines(value)]
}

function boundRows({ digest, definition, policies, call, similar }: RequestView): Row[] {
  const { approved, declined, expired } = similar
  return [
    ['digest', digest],
    ['definition', definition ?? '-'],
    ['policies', policies],
    ['call', call],
    ['before', `${approved} approved, ${declined} declined, ${expired} expired`],
  ]
}

function voteRows({ votes, usedBy }: RequestView): Row[] {
  return [
    ...votes.map(({ user, verdict, assurance, channel, at, comment }): Row => {
      const text = `${verdict} by user:${user}, ${at} (${assurance}, ${channel})`
      return ['vote', comment === undefined ? text : `${text}: ${comment}`]
    }),
    ...(usedBy === undefined ? [] : [['used by', usedBy] as const]),
  ]
}
