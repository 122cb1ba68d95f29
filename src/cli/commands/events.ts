import type { EventQuery } from '../../audit/audit.ts'
import type { EventName } from '../../kernel/event.ts'
import { type EventView, eventView, recordView } from '../call-view.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { withRecords } from '../open-records.ts'
import { subjectQuery } from '../subject-option.ts'
import { jsonText, printable, show, table, talk } from '../terminal.ts'
import { timesOf } from '../time-option.ts'

export interface EventListOptions {
  readonly event?: EventName
  readonly outcome?: 'done' | 'refused'
  readonly subject?: string
  readonly client?: string
  readonly since?: string
  readonly before?: string
  readonly limit: number
  readonly cursor?: string
}

/** `bailiwick events ls`: a page of events, newest first. */
export function eventsList(context: Context, options: EventListOptions): Promise<Exit> {
  const { since, before, subject, ...rest } = options
  const query: EventQuery = { ...rest, ...subjectQuery(subject), ...timesOf({ since, before }) }
  return withRecords(context, async (records) => {
    const page = await records.events(query)
    const events = page.events.map(eventView)
    const head = ['AT', 'EVENT', 'OUTCOME', 'SUBJECT', 'CLIENT', 'TARGET', 'ID']
    await show(context, { events, next: page.next ?? null }, () => table(head, events.map(cells)))
    if (page.next !== undefined) talk(context, `more: --cursor ${page.next}`)
    return 'ok'
  })
}

/** `bailiwick events show ID`: one event with its record. */
export function eventsShow(context: Context, id: string): Promise<Exit> {
  return withRecords(context, async (records) => {
    const record = await records.event(id)
    if (record === undefined)
      throw new CommandError(`there is no event \`${id.slice(0, 100)}\``, {
        exit: 'usage',
        fix: '`bailiwick events ls` lists the events',
      })
    const view = eventView(record)
    await show(context, { ...view, record: recordView(record) }, () => eventText(view))
    return 'ok'
  })
}

function cells({ at, event, outcome, subject, client, target, id }: EventView): string[] {
  return [at, event, outcome ?? '-', subject ?? '-', client ?? '-', String(target ?? '-'), id]
}

function eventText(view: EventView) {
  const { id, at, event, outcome, subject, client, target, detail, by } = view
  const rows: readonly (readonly [string, string])[] = [
    ['event', event],
    ['id', id],
    ['at', at],
    ['outcome', outcome ?? '-'],
    ['subject', subject ?? '-'],
    ['client', client ?? '-'],
    ['target', String(target ?? '-')],
    ['detail', detail === null ? '-' : jsonText(detail)],
    ['by', by === null ? '-' : jsonText(by)],
  ]
  return rows.map(([name, value]) => `${name.padEnd(7)}  ${printable(value)}`)
}
