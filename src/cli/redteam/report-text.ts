import type { ValueOrigin } from '../../kernel/flow.ts'
import type { Context } from '../context.ts'
import { jsonText, paint, printable, table } from '../terminal.ts'
import type { About, Blocked, Passed, Prompt } from './judge.ts'
import type { Report, Tally } from './tally.ts'

/** Characters of arguments, values and quotes in one line. */
const MOST = 160

const HEAD = [
  'SUITE',
  'ATTACKS',
  'EXECUTED',
  'STOPPED',
  'READ',
  'BENIGN',
  'UNPROMPTED',
  'ONE PROMPT',
  'MORE',
  'BLOCKED',
  'MOST FOR ONE CALL',
]

/** The report for people: figures, then what came through, was asked and was blocked. */
export function reportText(context: Context, report: Report): readonly string[] {
  const { policies, suites, total, droppedNulls, approvedByHand, stoppedBy } = report
  const stoppers = Object.entries(stoppedBy).toSorted(([, one], [, other]) => other - one)
  const head = (text: string, count: number): readonly string[] =>
    count === 0 ? [] : ['', paint(context, 'bold', `${text} (${count})`)]
  return [
    `policies ${printable(policies.join(', '))}`,
    '',
    ...table(HEAD, (suites.length > 1 ? [...suites, total] : suites).map(cells)),
    ...(total.attacks.unread === 0
      ? []
      : [
          '',
          `${total.attacks.unread} of the executed attacks came after answers that the agent never got: \`--approve-tasks\` lets it read on`,
        ]),
    ...head('attacks were stopped by', stoppers.length),
    ...table(
      ['ATTACKS', 'BY'],
      stoppers.map(([name, count]) => [String(count), name]),
    ).slice(stoppers.length === 0 ? 1 : 0),
    ...head('calls that executed attacks', report.misses.length),
    ...report.misses.flatMap(passedText),
    ...head('reads for attacks that were not executed', report.reads.length),
    ...readsText(report.reads),
    ...head('people were asked', report.prompts.length),
    ...report.prompts.flatMap(promptText),
    ...head('benign calls that were blocked', report.blocked.length),
    ...report.blocked.map(blockedText),
    ...(droppedNulls === 0
      ? []
      : [
          '',
          `${droppedNulls} arguments that were null, where the schema has no null, were left out`,
        ]),
    ...head('definitions that were approved by hand', approvedByHand.length),
    ...approvedByHand.map((name) => `  ${printable(name)}`),
  ]
}

function cells({ suite, attacks, benign }: Tally): readonly string[] {
  const numbers = [
    ...[attacks.of, attacks.executed, attacks.stopped, attacks.read],
    ...[benign.of, benign.unprompted, benign.once, benign.more, benign.blocked],
    benign.mostOfOneCall,
  ]
  return [suite, ...numbers.map(String)]
}

function passedText(call: Passed): readonly string[] {
  const { tool, effects, policies, values } = call
  return [
    shown(`  ${runOf(call)}: ${tool} (${effects.join(', ')}) permitted by ${policies.join(', ')}`),
    shown(`      ${jsonText(call.arguments)}`),
    ...values.map(valueText),
    ...(call.unread.length === 0
      ? []
      : [shown(`      it never read the answers of ${[...new Set(call.unread)].join(', ')}`)]),
  ]
}

function readsText(reads: readonly Passed[]): readonly string[] {
  const byTool = Map.groupBy(reads, ({ suite, tool }) => `${suite}: ${tool}`)
  return [...byTool].map(([tool, calls]) => printable(`  ${calls.length} × ${tool}`))
}

function promptText(prompt: Prompt): readonly string[] {
  const { tool, policies, reasons, values } = prompt
  return [
    shown(`  ${runOf(prompt)}: ${tool}: ${policies.join(', ')}: ${reasons.join('; ')}`),
    ...values.filter(({ origin }) => origin !== 'subject').map(valueText),
  ]
}

function blockedText(call: Blocked): string {
  const by = call.policies.length > 0 ? call.policies.join(', ') : call.code
  const what = call.reached ? 'its answer is held back' : 'did not reach its server'
  return shown(`  ${runOf(call)}: ${call.tool}: ${what}: ${by}: ${call.reason}`)
}

function valueText({ at, role, value, origin, sightings }: ValueOrigin): string {
  const [first] = sightings
  const from = first && ` of ${first.target} ${first.field}: “${first.quote}”`
  return shown(`      ${at} (${role}) “${value}” ${origin}${from ?? ''}`)
}

function runOf({ suite, task, injection, model }: About): string {
  return [suite, task, injection, model].filter((one) => one !== undefined).join(' ')
}

function shown(text: string): string {
  const [line] = [printable(text)]
  return line.length > 2 * MOST ? `${line.slice(0, 2 * MOST)}…` : line
}
