import { GatewayError } from '../../kernel/errors.ts'
import type { EventName, SecurityEvent } from '../../kernel/event.ts'
import type { FlowContextView } from '../../kernel/flow.ts'
import { found, type Site } from '../operation.ts'
import { ownerOf, subjectOf } from './flow-views.ts'

const AGENTS_AT_ONCE = 200

/** Whether a context is of whoever asks. */
export type IsOwn = (context: FlowContextView) => boolean

/** What is one's own: contexts of oneself, whoever acts, and of agents that one answers for. */
export async function ownOf({ caller: { subject }, agents }: Site): Promise<IsOwn> {
  const names = new Set([`${subject.kind}:${subject.id}`])
  let cursor: string | undefined
  do {
    if (subject.kind !== 'user') break
    const part = { owner: subject.id, limit: AGENTS_AT_ONCE }
    const page = await agents.list(cursor === undefined ? part : { ...part, cursor })
    for (const { id } of page.items) names.add(`agent:${id}`)
    cursor = page.next
  } while (cursor !== undefined)
  return (context) => ownerOf(context) !== undefined && names.has(subjectOf(context))
}

/**
 * Whether somebody may end a context, or confirm values in it. It opens what was held back, as an approval
 * does; but whoever's it is could as well let the program in again, which gives it a new grant and with
 * that a clean context. The rules of flow are about programs that were misled, not about their people.
 */
export function mayChange({ caller }: Pick<Site, 'caller'>, mine: boolean): boolean {
  return isPerson(caller) && (mine || caller.permissions.has('approvals.decide'))
}

/**
 * A program with a token may be what was misled, and an agent never vouches for what it was told.
 *
 * @throws GatewayError `person_required`, `role_insufficient`; both are put on record.
 */
export async function requireChange(
  site: Site,
  event: EventName,
  context: FlowContextView,
  mine: boolean,
): Promise<void> {
  if (mayChange(site, mine)) return
  const { caller } = site
  const allowed = mine || caller.permissions.has('approvals.decide')
  const code = allowed ? 'person_required' : 'role_insufficient'
  await site.administration.records.witness({
    ...eventOf(site, event, context),
    outcome: 'refused',
    detail: { why: code },
  })
  throw new GatewayError(
    code,
    allowed ? 'do this in the console: a token is no person' : 'the context is somebody else’s',
  )
}

function isPerson({ subject, way }: Site['caller']): boolean {
  return subject.kind === 'user' && subject.actors.length === 0 && way === 'session'
}

/** Something that is done to a context, as it is put on record. */
export function eventOf(
  { caller }: Pick<Site, 'caller'>,
  event: EventName,
  context: FlowContextView,
): SecurityEvent {
  const subject = subjectOf(context)
  return {
    ...{ event, outcome: 'done', client: context.client, by: caller.actor },
    target: `flow:${context.id}`,
    ...(subject === '' ? {} : { subject }),
  }
}

/** The context, for who may know of it. @throws GatewayError `item_unknown` */
export async function knownContext(
  site: Site,
  id: string,
): Promise<{ readonly context: FlowContextView; readonly mine: boolean }> {
  const all = await site.administration.flow.contexts()
  const context = all.find((one) => one.id === id)
  const mine = context !== undefined && (await ownOf(site))(context)
  const known = mine || site.caller.permissions.has('look')
  return { context: found('context', known ? context : undefined), mine }
}
