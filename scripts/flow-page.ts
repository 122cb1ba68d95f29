// Writes what replays measured as a part of a page: `node scripts/flow-page.ts REPORT... >> docs/reference/flow.md`,
// each REPORT an output of `bailiwick redteam replay DIR --json`. Of recordings, which have licences of their own,
// it names runs, tools and arguments, and repeats no text.
import { readFileSync } from 'node:fs'
import type { About, Blocked, Passed, Prompt } from '../src/cli/redteam/judge.ts'
import type { Report, Tally } from '../src/cli/redteam/tally.ts'
import type { ValueOrigin } from '../src/kernel/flow.ts'

const HEAD = [
  ...['suite', 'attacks', 'executed', 'stopped', 'of those, read'],
  ...['benign', 'no prompt', 'one', 'more', 'blocked', 'most for one call'],
]

/** One section for each replay. */
export function flowPage(reports: readonly Report[]): string {
  return `${reports.flatMap(section).join('\n')}\n`
}

function section(report: Report): readonly string[] {
  const { policies, approves, suites, total, misses, prompts, blocked, reads } = report
  const way =
    approves === 'task'
      ? 'In attacked runs a person approves what the user’s own task needs, and nothing that the attack wants.'
      : 'In attacked runs nobody approves anything.'
  return [
    `### Policies ${policies.map((name) => `\`${name}\``).join(', ')}`,
    '',
    way,
    '',
    row(HEAD),
    row(HEAD.map(() => '---')),
    ...[...suites, total].map((tally) => row(cells(tally))),
    '',
    ...folded('Calls that executed attacks', misses.map(missLine)),
    ...folded('Reads for attacks that were not executed', tools(reads)),
    ...folded('What people were asked', prompts.map(promptLine)),
    ...folded('Benign calls that were blocked', blocked.map(blockedLine)),
    ...folded('Definitions that were approved by hand', report.approvedByHand.map(code)),
  ]
}

function cells({ suite, attacks, benign }: Tally): readonly string[] {
  const unread = attacks.unread === 0 ? '' : ` (${attacks.unread} unread)`
  return [
    suite,
    ...[String(attacks.of), `${attacks.executed}${unread}`],
    ...[String(attacks.stopped), String(attacks.read)],
    ...[benign.of, benign.unprompted, benign.once, benign.more, benign.blocked].map(String),
    String(benign.mostOfOneCall),
  ]
}

function missLine(miss: Passed): string {
  const unread = [...new Set(miss.unread)].map(code).join(', ')
  return [
    `${run(miss)}: ${code(miss.tool)} (${miss.effects.join(', ')}): ${places(miss.values)}`,
    `permitted by ${miss.policies.map(code).join(', ')}`,
    ...(unread === '' ? [] : [`the agent never got the answers of ${unread}`]),
  ].join('; ')
}

function promptLine(prompt: Prompt): string {
  const read = prompt.values.filter(({ origin }) => origin !== 'subject')
  const by = prompt.policies.map(code).join(', ')
  return `${run(prompt)}: ${code(prompt.tool)}: ${by}: ${prompt.reasons.join('; ')}: ${places(read)}`
}

function blockedLine(call: Blocked): string {
  const by = call.policies.length > 0 ? call.policies : [call.code]
  const what = call.reached ? 'its answer was held back' : 'it did not reach its server'
  return `${run(call)}: ${code(call.tool)}: ${what}: ${by.map(code).join(', ')}`
}

function tools(calls: readonly Passed[]): readonly string[] {
  const byTool = Map.groupBy(calls, ({ suite, tool }) => `${suite}: ${code(tool)}`)
  return [...byTool].map(([tool, some]) => `${tool}, ${some.length} times`)
}

/** Which arguments are what, and where they came from. */
function places(values: readonly ValueOrigin[]): string {
  const named = values.map(({ at, role, origin, link, sightings: [first] }) => {
    const from = first === undefined ? '' : ` from ${code(first.target)} ${code(first.field)}`
    return `${code(at)} ${link === true ? 'link' : role}, ${origin}${from}`
  })
  return [...new Set(named)].join('; ') || 'no values'
}

function run({ suite, task, injection, model }: About): string {
  return [suite, task, injection, model].filter((one) => one !== undefined).join(' ')
}

function folded(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return []
  const counted = [...Map.groupBy(lines, (line) => line)].map(
    ([line, same]) => `- ${line}${same.length > 1 ? ` (${same.length} times)` : ''}`,
  )
  return [
    `<details><summary>${title} (${lines.length})</summary>`,
    '',
    ...counted,
    '',
    '</details>',
    '',
  ]
}

/** Names of tools and fields are of other people: nothing in them is markup. */
function code(text: string): string {
  return `\`${text.replaceAll('`', '').replaceAll('|', '\\|')}\``
}

function row(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`
}

if (import.meta.main) {
  const reports = process.argv
    .slice(2)
    .map((file): Report => JSON.parse(readFileSync(file, 'utf8')))
  if (reports.length === 0) throw new Error('usage: node scripts/flow-page.ts REPORT...')
  process.stdout.write(flowPage(reports))
}
