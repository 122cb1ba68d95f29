import type { PostureItem } from '../../inventory/facts/posture/posture.ts'
import type { Looked } from '../../inventory/facts/posture/rules.ts'
import type { BlastRadius } from '../../inventory/facts/reach/blast-radius.ts'
import type { Statement } from '../../inventory/facts/reach/capability.ts'
import type { Context } from '../context.ts'
import { paint, printable } from '../terminal.ts'
import type { MachinePosture } from './work-out.ts'

const SHOWN = 5
const COLOURS = {
  met: 'green',
  partly: 'yellow',
  not_met: 'red',
  unknown: 'yellow',
  not_applicable: 'dim',
} as const
const WORDS = {
  met: 'good',
  partly: 'partly',
  not_met: 'not met',
  unknown: 'unknown',
  not_applicable: 'nothing to look at',
} as const

/** The score, its sum, and what to do, for people. */
export function postureText(
  context: Context,
  { posture, servers }: MachinePosture,
): readonly string[] {
  const { score, earned, possible, items } = posture
  if (score === undefined) return ['no server of any host was found: there is nothing to score']
  return [
    paint(context, 'bold', `${score} of 100`),
    `${earned} of ${possible} points, ${servers.length} servers`,
    '',
    ...items.flatMap((item) => itemText(context, item)),
  ]
}

function itemText(context: Context, item: PostureItem): readonly string[] {
  const { title, weight, state, good, of, earned, open, fix } = item
  const sum = state === 'not_applicable' ? '' : `: ${earned} of ${weight} points, ${good} of ${of}`
  const head = `${paint(context, COLOURS[state], WORDS[state])} ${title}${sum}`
  if (open.length === 0) return [head]
  const more = open.length > SHOWN ? [`    … and ${open.length - SHOWN} more`] : []
  return [
    head,
    ...open.slice(0, SHOWN).map((one) => `    ${printable(lookedText(one))}`),
    ...more,
    `    ${paint(context, 'dim', `fix: ${fix}`)}`,
  ]
}

function lookedText({ subject, file, evidence }: Looked): string {
  const where = file === undefined || file === subject ? '' : ` in ${file}`
  const said = evidence.map(({ at, shown }) => (at === '' ? shown : `${at}: ${shown}`)).join('; ')
  return `${subject}${where}${said === '' ? '' : ` (${said})`}`
}

/** What can happen through each server of a name. */
export function radiusText(
  context: Context,
  { servers, radii }: MachinePosture,
  name: string,
): readonly string[] {
  return servers.flatMap((facts, at) => {
    const radius: BlastRadius | undefined = facts.name === name ? radii[at] : undefined
    if (radius === undefined) return []
    return [
      paint(context, 'bold', printable(`${facts.name} of ${facts.host}, ${facts.file}`)),
      'if the model is tricked:',
      ...radius.tricked.map(statementText),
      'if the server is malicious:',
      ...radius.malicious.map(statementText),
    ]
  })
}

function statementText({ text, evidence }: Statement): string {
  const said = evidence.map(({ at, shown }) => `${at}: ${shown}`).join('; ')
  return printable(`  ${text}${said === '' ? '' : ` (${said})`}`)
}
