import type { Classification, ToolEffect } from '../../../kernel/access.ts'
import type { Facts } from '../../../kernel/facts.ts'
import type { Output } from '../../api/call.ts'

export type Request = Output<'approvals.show'>['approval']

/** A piece of a sentence; `value` is a text of others. */
export interface Words {
  readonly text: string
  readonly value?: true
}

/** Values that a sentence names; of more it says how many. */
const MOST_NAMED = 3
/** Characters of a value that a sentence can bear. It is never cut: what is longer is not named there. */
const LONGEST = 72

const DEEDS: Readonly<Record<ToolEffect, string>> = {
  pay: 'pay',
  admin: 'change who may do what',
  execute: 'run something',
  delete: 'delete something',
  send: 'send something',
  write: 'change something',
  read: 'read something',
}
/** The gravest first. */
const GRAVITY = Object.keys(DEEDS) as readonly ToolEffect[]
const SQL_DEEDS: Readonly<Record<string, string>> = {
  read: 'reads',
  write: 'changes',
  delete: 'deletes from',
  schema: 'changes the schema of',
  admin: 'administers',
  execute: 'executes code in',
  transaction: 'controls transactions in',
}

/** What will happen, as the end of “wants to …”: from what analysers read, then from the tool's class. */
export function deedOf(request: Request): readonly Words[] {
  const { action, target } = request
  if (action === 'read') return [{ text: 'read ' }, { text: target, value: true }]
  if (action === 'get' || action === 'complete')
    return [{ text: 'use the prompt ' }, { text: target, value: true }]
  const facts = factsOf(request)
  const { effects = [] } = classOf(request) ?? {}
  return (facts && byFacts(facts, effects)) ?? [{ text: byEffects(effects) }]
}

/** Facts of a request, where it carries any. */
export function factsOf({ facts }: Pick<Request, 'facts'>): Facts | undefined {
  return facts as Facts | undefined
}

/** The class of the tool. */
export function classOf({ classification }: Pick<Request, 'classification'>) {
  return classification as Partial<Classification> | undefined
}

function byFacts(facts: Facts, effects: readonly ToolEffect[]): readonly Words[] | undefined {
  const { amounts, recipients, sql, shell, paths, urls } = facts
  if (effects.includes('pay') && amounts.length > 0)
    return [
      ...named(
        'pay',
        amounts.map(({ value, currency }) => `${value} ${currency ?? ''}`.trim()),
      ),
      ...(recipients.length === 0
        ? []
        : named(
            ' to',
            recipients.map(({ address }) => address),
          )),
    ]
  if (recipients.length > 0)
    return named(
      'send something to',
      recipients.map(({ address }) => address),
    )
  if (sql.length > 0) return bySql(sql)
  if (shell.length > 0)
    return named(
      'run',
      shell.flatMap(({ programs }) => programs),
    )
  if (paths.length > 0)
    return named(
      pathVerb(effects),
      paths.map(({ real, lexical }) => real ?? lexical),
    )
  if (urls.length > 0)
    return named(
      'reach',
      urls.map(({ host }) => host),
    )
  return undefined
}

function bySql(sql: Facts['sql']): readonly Words[] {
  const classes = [...new Set(sql.flatMap((fact) => fact.classes))]
  const tables = sql.flatMap((fact) => fact.tables)
  const verbs = classes.map((one) => SQL_DEEDS[one] ?? one).join(' and ')
  const text = `run SQL that ${verbs === '' ? 'does nothing that is known' : verbs}`
  return tables.length === 0 ? [{ text: text.replace(/ (in|of|from)$/, '') }] : named(text, tables)
}

function pathVerb(effects: readonly ToolEffect[]): string {
  const verbs = { delete: 'delete', write: 'write to', execute: 'run', read: 'read' } as const
  const found = (Object.keys(verbs) as (keyof typeof verbs)[]).find((one) => effects.includes(one))
  return found === undefined ? 'reach' : verbs[found]
}

function byEffects(effects: readonly ToolEffect[]): string {
  const gravest = GRAVITY.find((one) => effects.includes(one))
  return gravest === undefined ? 'do something' : DEEDS[gravest]
}

function named(verb: string, values: readonly string[]): readonly Words[] {
  const all = [...new Set(values)]
  const shown = all.filter((value) => value.length <= LONGEST).slice(0, MOST_NAMED)
  const more = all.length - shown.length
  const rest =
    more === 0 ? [] : [{ text: shown.length === 0 ? `${more} more` : ` and ${more} more` }]
  const words = shown.flatMap((text, index): readonly Words[] => [
    ...(index === 0 ? [] : [{ text: index === all.length - 1 ? ' and ' : ', ' }]),
    { text, value: true },
  ])
  // Where nothing can be named, it is below, whole.
  const none = shown.length === 0 ? [{ text: `what stands below` }] : [...words, ...rest]
  return [{ text: `${verb} ` }, ...none]
}
