import type { FlowFacts, Sighting, ValueOrigin } from '../kernel/flow.ts'
import { LIKENESS_MEANINGS, ORIGIN_MEANINGS } from '../kernel/flow-words.ts'
import type { Context } from './context.ts'
import { paint, printable } from './terminal.ts'

const COLORS = {
  subject: 'green',
  trusted: 'green',
  listed: 'green',
  members: 'yellow',
  untrusted: 'red',
} as const

/** Where the values of a call came from, drawn: message → field → value → argument. Safe to print. */
export function flowText(context: Pick<Context, 'color'>, flow: FlowFacts): readonly string[] {
  const { values } = flow
  return [
    ...labels(flow),
    ...(values.length === 0 ? ['', 'no value of the arguments was looked for'] : []),
    ...values.flatMap((value) => ['', ...valueText(context, value)]),
  ].map((line) => line.trimEnd())
}

function labels(flow: FlowFacts): readonly string[] {
  const { context, readUntrusted, readConfidential, since, classes, complete, carries } = flow
  const read = [
    ...(readUntrusted
      ? [`untrusted text${since === undefined ? '' : ` since ${iso(since)}`}`]
      : []),
    ...(readConfidential ? ['confidential data'] : []),
  ]
  return [
    `context   ${printable(context)}`,
    `has read  ${read.join(', ') || 'nothing untrusted, nothing confidential'}`,
    `kinds     ${classes.join(', ') || '-'}`,
    ...(carries.length === 0
      ? []
      : [`carries   ${carries.join(', ')}, as it repeats what was read`]),
    ...(complete ? [] : ['memory    not complete: what nobody vouches for counts as untrusted']),
  ]
}

function iso(time: number): string {
  return new Date(time).toISOString()
}

function valueText(context: Pick<Context, 'color'>, one: ValueOrigin): readonly string[] {
  const { at, role, origin, link, sightings, value } = one
  const what = `${role} ${printable(at)}${link === true ? ' (a link in it)' : ''}`
  const head = `${paint(context, COLORS[origin], origin)}  ${paint(context, 'bold', what)}`
  return [
    head,
    `  it ${ORIGIN_MEANINGS[origin]}`,
    ...(sightings.length === 0
      ? [`  ${printable(value)}`, `  └─▶ ${printable(at)}`]
      : sightings.flatMap((sighting) => pathText(context, one, sighting))),
  ]
}

function pathText(
  context: Pick<Context, 'color'>,
  { value, at }: ValueOrigin,
  { call, server, target, field, likeness, quote }: Sighting,
): readonly string[] {
  const from = call === '' ? 'what is no longer kept' : `${server}:${target}`
  const id = call === '' ? '' : paint(context, 'dim', `  call ${printable(call)}`)
  return [
    `  ${printable(from)}${id}`,
    ...(field === '' ? [] : [`  └─ ${printable(field)}`]),
    ...(quote === '' ? [] : [`     “${printable(quote)}”`]),
    `     └─ ${printable(value)}  ${paint(context, 'dim', LIKENESS_MEANINGS[likeness])}`,
    `        └─▶ ${printable(at)}`,
  ]
}
