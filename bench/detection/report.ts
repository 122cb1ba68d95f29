import type { Score, Share } from './score.ts'

/** What was measured, by what it is about; absent where there was no data. */
export interface Measured {
  readonly definitions?: Score & {
    /** How many live servers had a harmless definition flagged. */
    readonly servers: Share
    /** The same, when what people are asked to look at counts too. */
    readonly review: Pick<Score, 'recall' | 'falseAlarms'>
    /** Harmless definitions that resemble attacks, and steering texts of real servers. */
    readonly resembling: Share
    readonly wild: Share
  }
  readonly results?: Score
  /** Results, judged by weights that saw nothing of their family. */
  readonly acrossFamilies?: Score
  readonly secrets?: Score
}

/** The report as text for people. */
export function reportText(measured: Measured): string {
  const parts = [
    measured.definitions && definitionsText(measured.definitions),
    measured.results && section('Injected tool results', measured.results),
    measured.acrossFamilies &&
      section(
        'Injected tool results, weights trained without their family',
        measured.acrossFamilies,
      ),
    measured.secrets && section('Secrets', measured.secrets),
  ]
  return `${parts.filter((part) => part !== undefined).join('\n')}`
}

function definitionsText(score: NonNullable<Measured['definitions']>): string {
  return [
    section('Poisoned definitions', score),
    `  live servers with a false alarm   ${percent(score.servers)}`,
    `  flagged or for review             ${percent(score.review.recall)} of poisoned, ${percent(score.review.falseAlarms)} of harmless`,
    `  harmless, but resembling attacks  ${percent(score.resembling)}`,
    `  steering texts of real servers    ${percent(score.wild)} for review or flagged`,
    '',
  ].join('\n')
}

function section(title: string, { recall, falseAlarms, families, misses, alarms }: Score): string {
  const telling = Object.entries(families).filter(
    ([, shares]) => shares.recall.of > 0 || shares.falseAlarms.hit > 0,
  )
  const rows = telling.map(([family, shares]) =>
    [
      `    ${family.slice(0, 48).padEnd(50)}`,
      shares.recall.of > 0 ? `found ${percent(shares.recall)}`.padEnd(28) : ''.padEnd(28),
      shares.falseAlarms.of > 0 ? `false alarms ${percent(shares.falseAlarms)}` : '',
    ]
      .join('')
      .trimEnd(),
  )
  return [
    title,
    `  recall                            ${percent(recall)}`,
    `  false alarms                      ${percent(falseAlarms)}`,
    '  by family (of families that are harmless throughout, those with a false alarm)',
    ...rows,
    `  missed: ${misses.length === 0 ? 'none' : misses.join(', ')}`,
    `  false alarms: ${alarms.length === 0 ? 'none' : alarms.map(({ id, rules }) => `${id} (${rules.join(', ')})`).join(', ')}`,
    '',
  ].join('\n')
}

function percent({ hit, of, rate }: Share): string {
  return of === 0 ? 'no data' : `${(rate * 100).toFixed(1)} % (${hit}/${of})`
}
