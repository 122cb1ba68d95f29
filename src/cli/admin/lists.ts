import { parseDuration } from '../../config/quantity.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { printable, show, table, talk } from '../terminal.ts'
import { timeOf } from '../time-option.ts'
import { type AdminClient, type AdminOptions, withAdmin } from './admin-client.ts'

export interface ListOptions {
  readonly limit: number
  readonly cursor?: string
}

/** One page of a list, as the administration answers. */
interface Answered<T> {
  readonly items: readonly T[]
  readonly next?: string
}

/** Shows a page: a table, or with `--json` the items under `name`. */
export async function showPage<T>(
  context: Context,
  name: string,
  { items, next }: Answered<T>,
  head: readonly string[],
  cells: (item: T) => readonly string[],
): Promise<'ok'> {
  await show(context, { [name]: items, next: next ?? null }, () => table(head, items.map(cells)))
  if (items.length === 0) talk(context, `no ${name}`)
  if (next !== undefined) talk(context, `more: --cursor ${next}`)
  return 'ok'
}

/** Shows what nobody used for long, of the list `<name>.list`: `--for`, or what the configuration says. */
export function showStale<T>(
  context: Context,
  name: string,
  options: AdminOptions & ListOptions & { readonly for?: string },
  head: readonly string[],
  cells: (item: T) => readonly string[],
): Promise<Exit> {
  const { limit, cursor } = options
  return withAdmin(context, options, async (admin) => {
    const query = { unusedSince: staleSince(admin, options.for), limit, cursor }
    return showPage(context, name, await admin.ask<Answered<T>>(`${name}.list`, query), head, cells)
  })
}

/** Names and values, one a line. */
export function rows(all: readonly (readonly [name: string, value: string])[]): string[] {
  const width = Math.max(...all.map(([name]) => name.length))
  return all.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`)
}

/** Words of a list in one cell. */
export function words(all: readonly string[] | undefined): string {
  return all === undefined || all.length === 0 ? '-' : all.join(' ')
}

/** The moment before which nothing was used: `--for`, or what the configuration calls stale. */
export function staleSince({ config }: AdminClient, text: string | undefined): string {
  const age = text === undefined ? config.identity.staleAfter : durationOf('--for', text)
  return new Date(Date.now() - age).toISOString()
}

/** A duration of the command line, in milliseconds. @throws {CommandError} `usage` */
export function durationOf(option: string, text: string): number {
  const duration = parseDuration(text)
  if (duration !== undefined && duration > 0) return duration
  throw new CommandError(`\`${option}\` takes a duration such as \`15m\` or \`30d\``, {
    exit: 'usage',
  })
}

/** A moment of the command line, in ISO 8601. @throws {CommandError} `usage` */
export function momentOf(option: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : new Date(timeOf(option, text)).toISOString()
}
