import type { Measured } from './report.ts'
import type { Score, Share } from './score.ts'

const HEAD = `# How well poisoned things are told from harmless ones

Measured by \`npm run -s bench:detection -- DIR\` on labelled data of public sources: poisoned and real definitions, tool
results with and without injected instructions, secrets and what resembles them. The data has licences of its own and is
no part of this repository.

How to read it: rules were written and weights were trained with data of these sources in view, so these figures are
what they are **at best**; the section "Across sources" says what to expect of sources that nobody saw. A definition
counts as flagged when it is kept out at first sight; a result, or a secret, when the finding is at least \`likely\`, on
which screens act.
`

/** The page for people who read the documentation. */
export function page(measured: Measured, across: string): string {
  const { definitions, results, acrossFamilies, secrets } = measured
  const parts = [
    HEAD,
    definitions && part('Poisoned definitions', definitions, servers(definitions)),
    results && part('Tool results with injected instructions', results, ''),
    acrossFamilies &&
      part('Tool results, weights trained without their source', acrossFamilies, ''),
    secrets && part('Secrets', secrets, ''),
    `## Across sources\n\n${across.trim()}\n`,
  ]
  return `${parts.filter((text) => text !== undefined).join('\n')}`
}

function servers({
  servers: live,
  review,
  resembling,
  wild,
}: NonNullable<Measured['definitions']>) {
  return [
    `- Real servers with at least one false alarm: ${share(live)}.`,
    `- Flagged, or for people to review: ${share(review.recall)} of the poisoned, ${share(review.falseAlarms)} of the harmless.`,
    `- Harmless, but written to resemble attacks, and flagged: ${share(resembling)}.`,
    `- Steering sentences of servers in production, flagged or for review: ${share(wild)}.`,
    '',
  ].join('\n')
}

function part(
  title: string,
  { recall, falseAlarms, families, kinds, misses, alarms }: Score,
  more: string,
) {
  return [
    `## ${title}`,
    '',
    `Found: ${share(recall)}. False alarms: ${share(falseAlarms)}.`,
    '',
    more,
    table('Source', families),
    table('Kind', kinds),
    `<details><summary>Missed (${misses.length})</summary>\n\n${misses.map((id) => `\`${id}\``).join(' ')}\n\n</details>`,
    '',
    `<details><summary>False alarms (${alarms.length})</summary>\n\n${alarms
      .map(({ id, rules }) => `- \`${id}\`: ${rules.join(', ')}`)
      .join('\n')}\n\n</details>`,
    '',
  ].join('\n')
}

function table(head: string, groups: Score['families']): string {
  const telling = Object.entries(groups).filter(
    ([name, { recall, falseAlarms }]) => name !== '' && (recall.of > 0 || falseAlarms.hit > 0),
  )
  if (telling.length === 0) return ''
  const rows = telling.map(
    ([name, { recall, falseAlarms }]) =>
      `| ${name.replaceAll('|', '\\|')} | ${cell(recall)} | ${cell(falseAlarms)} |`,
  )
  return [`| ${head} | found | false alarms |`, '|---|---|---|', ...rows, ''].join('\n')
}

function cell(one: Share): string {
  return one.of === 0 ? '' : share(one)
}

function share({ hit, of, rate }: Share): string {
  return of === 0 ? 'no data' : `${hit} of ${of} (${(rate * 100).toFixed(1)} %)`
}
