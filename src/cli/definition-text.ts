import type { z } from 'zod'
import type { diffView, triagedView, versionView } from '../admin/definitions/views.ts'
import type { Severity } from '../kernel/finding.ts'
import type { Context } from './context.ts'
import { paint, printable } from './terminal.ts'

export type Version = z.output<typeof versionView>
export type Diff = z.output<typeof diffView>
export type Triaged = z.output<typeof triagedView>

type Colours = Pick<Context, 'color'>

/** Characters of a stretch that both texts have: more of it is cut in the middle. */
const MOST_SAME = 160
const KEPT = 60

/** How an item is called on the command line: `name`, or its kind where there is only one. */
export function itemName({ name, kind }: Pick<Version, 'name' | 'kind'>): string {
  return name === '' ? kind : name
}

/** The name of one version of an item, as commands take it. */
export function versionName(version: Pick<Version, 'name' | 'kind' | 'digest'>): string {
  return `${itemName(version)}@${version.digest.slice(0, 12)}`
}

/** A definition for whoever decides on it: what is new in it, and what is wrong with it. */
export function diffText(
  context: Colours,
  { definition, from, changes, risk, findings }: Diff,
): string[] {
  const { kind, status, cause, listed } = definition
  const state = `${status}, ${listed ? 'listed' : 'no longer listed'}, ${CAUSES[cause]}`
  const head = `${kind} ${printable(versionName(definition))}: ${state}`
  const than = from === undefined ? 'nothing' : printable(versionName(from))
  return [
    paint(context, 'bold', head),
    `  compared with ${than}; risk ${coloured(context, risk)}`,
    ...changes.flatMap((change) => changeText(context, change)),
    ...findings.flatMap((finding) => findingText(context, finding)),
    ...(from === undefined ? whole(definition) : []),
    ...(definition.hidden.length === 0
      ? []
      : [`  invisible characters in ${definition.hidden.map(printable).join(', ')}`]),
  ]
}

const CAUSES: Readonly<Record<Version['cause'], string>> = {
  first: 'seen first',
  added: 'added later',
  changed: 'changed',
  returned: 'back after it was replaced',
}

function changeText(context: Colours, change: Diff['changes'][number]): string[] {
  const { at, kind, meaning, severity, why, words, before, after } = change
  const head = `  ${coloured(context, severity)} ${printable(at === '' ? '(whole)' : at)} ${kind} (${meaning}): ${printable(why)}`
  if (words !== undefined)
    return [head, indented(words.map((run) => runText(context, run)).join(''))]
  return [
    head,
    ...(before === undefined ? [] : [indented(paint(context, 'red', `[-${lines(before)}-]`))]),
    ...(after === undefined ? [] : [indented(paint(context, 'green', `{+${lines(after)}+}`))]),
  ]
}

type Run = NonNullable<Diff['changes'][number]['words']>[number]

/** As `git diff --word-diff`, so that it reads without colours too. */
function runText(context: Colours, { kind, text }: Run): string {
  if (kind === 'removed') return paint(context, 'red', `[-${lines(text)}-]`)
  if (kind === 'added') return paint(context, 'green', `{+${lines(text)}+}`)
  if (text.length <= MOST_SAME) return lines(text)
  return `${lines(text.slice(0, KEPT))} … ${lines(text.slice(-KEPT))}`
}

/** One finding: what it is, and the passage. */
export function findingText(context: Colours, { finding, state, acceptance }: Triaged): string[] {
  const { rule, severity, certainty, why, shown, at, control } = finding
  const accepted = acceptance && `: ${acceptance.reason} (${acceptance.by})`
  const till = acceptance && ` until ${acceptance.expires.slice(0, 10)}`
  const triage = state === 'open' ? '' : ` [${state}${till}${accepted}]`
  const head = `${rule} (${certainty}, ${control}) at ${at === '' ? '(whole)' : at}: ${why}`
  return [
    `  ${coloured(context, severity)} ${printable(head)}${printable(triage)}`,
    ...(shown === '' ? [] : [indented(paint(context, 'yellow', lines(shown)))]),
  ]
}

function whole({ definition }: Diff['definition']): string[] {
  return JSON.stringify(definition, undefined, 2)
    .split('\n')
    .map((text) => `    ${printable(text)}`)
}

/** A severity in its colour. */
export function coloured(context: Colours, severity: Severity): string {
  if (severity === 'info' || severity === 'low') return paint(context, 'dim', severity)
  return paint(context, severity === 'medium' ? 'yellow' : 'red', severity)
}

function lines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

function indented(text: string): string {
  return `      ${text.replaceAll('\n', '\n      ')}`
}
