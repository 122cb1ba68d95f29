import type { Clause } from './clause.ts'
import type { Change, ChangeClause, Explanation } from './explanation.ts'
import { liftText } from './lift-text.ts'
import type { Influence, Read } from './read.ts'

const LONGEST_CLAUSE = 300
const MOST_READS = 6

/** An explanation in plain words, a line each; indented lines belong to the one above. */
export function explanationText(explanation: Explanation): readonly string[] {
  return [
    ...verdictLines(explanation),
    ...unparsableLines(explanation),
    ...explanation.changes.flatMap(changeLines),
    ...closing(explanation),
  ]
}

function verdictLines({ verdict, determining, lift, obligations }: Explanation): readonly string[] {
  const word = { permit: 'permitted', deny: 'denied', ask: 'denied until a human approves' }[
    verdict
  ]
  const ids = determining.map(({ policy }) => `\`${policy}\``).join(', ')
  return [
    `${word} by ${ids}`,
    ...determining.flatMap(({ policy, reason, remedy }) => [
      ...(reason === undefined ? [] : [`  \`${policy}\`: ${reason}`]),
      ...(remedy === undefined ? [] : [`  way forward: ${remedy}`]),
    ]),
    ...(lift === undefined ? [] : [`  ${liftText(lift)}`]),
    ...Object.entries(obligations ?? {}).flatMap(([name, words]: [string, readonly string[]]) =>
      words.length === 0
        ? []
        : [`  on condition: ${name} ${words.map((one) => `\`${one}\``).join(', ')}`],
    ),
  ]
}

function unparsableLines({ unparsable }: Explanation): readonly string[] {
  return unparsable.map(({ at, kind, why }) => `  \`${at}\` cannot be read as ${kind}: ${why}`)
}

const MUST: Readonly<Record<Change['must'], string>> = {
  hold: 'would permit it, but:',
  'not hold': 'forbids it, because:',
  'not fault': 'denies it, because it cannot be evaluated:',
}

function changeLines(change: Change): readonly string[] {
  const { policy, must, clauses, byCaller, remedy, because = [] } = change
  const what =
    clauses.length + because.length === 0 ? 'forbids it whatever the call is' : MUST[must]
  return [
    `\`${policy}\` ${what}`,
    ...clauses.flatMap(clauseLines),
    ...because.map((reason) => `  ${reason}`),
    ...(byCaller ? [] : ['  no other arguments change that']),
    ...(remedy === undefined ? [] : [`  way forward: ${remedy}`]),
  ]
}

function clauseLines({ clause, influences, because }: ChangeClause): readonly string[] {
  const whose = influences.length === 0 ? '' : ` (${influences.map((one) => WHO[one]).join(', ')})`
  const came = clause.outcome === 'fault' ? `: ${clause.fault}` : ` is ${clause.outcome}`
  return [
    `  ${textOf(clause)}${came}${whose}`,
    ...clause.reads.slice(0, MOST_READS).map((read) => `    ${readText(read)}`),
    ...because.map((reason) => `    ${reason}`),
  ]
}

const WHO: Readonly<Record<Influence, string>> = {
  caller: 'arguments',
  operator: 'the operator',
  client: 'the client',
  consent: 'what the client is let do',
  time: 'waiting',
  approver: 'an approval',
  context: 'what was read before',
}

function textOf({ text }: Clause): string {
  return text.length > LONGEST_CLAUSE ? `${text.slice(0, LONGEST_CLAUSE)}…` : text
}

function readText({ path, value }: Read): string {
  return value === 'absent' ? `${path} is absent` : `${path} = ${value}`
}

function closing({ verdict, changes, policies }: Explanation): readonly string[] {
  if (verdict === 'permit' || changes.length > 0) return []
  const elsewhere = policies.filter(({ effect }) => effect === 'permit').length
  return elsewhere === 0 ? ['no permit is about this'] : []
}
