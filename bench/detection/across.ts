import { scoresAcross } from '../../scripts/train-signals.ts'
import { THRESHOLD } from '../../src/analysis/signals/signals.ts'
import { familyOf, type ResultRecord } from './corpus.ts'
import { type Score, score } from './score.ts'

/**
 * What weights find that were trained without the family of what they judge: the model's own share, without
 * what is decoded or hidden.
 */
export function across(records: readonly ResultRecord[]): Score {
  const byId = new Map(records.map((record) => [record.id, record]))
  const rows = records.map(({ id, label, group, text }) => ({ id, label, group, text }))
  return score(
    scoresAcross(rows).map(({ row, score: scored }) => {
      const record = byId.get(row.id)
      return {
        id: row.id,
        family: record ? familyOf(record) : '',
        kind: record?.class ?? '',
        bad: row.label === 'malicious',
        flagged: scored > THRESHOLD.content,
        rules: ['signals'],
      }
    }),
  )
}
