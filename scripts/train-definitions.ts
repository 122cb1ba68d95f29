import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { HONEST } from '../src/analysis/definition/testing/honest.ts'
import { DEFENSIVE } from '../src/analysis/definition/testing/offensive.ts'
import { POISONED } from '../src/analysis/definition/testing/poisoned.ts'
import { featuresOfItem, rulesVerdict } from '../src/analysis/definition/training.ts'
import type { JsonObject } from '../src/kernel/json.ts'

/**
 * Trains the weights of the analysis of definitions: `node scripts/train-definitions.ts DIR [--write]`. DIR
 * holds definitions-malicious, -benign and -hard-negative as `.jsonl.gz`. Prints what the model does to
 * families that it was not trained on; `--write` writes the weights of all of them. Deterministic.
 */
const TARGET = 'src/analysis/definition/weights.data.ts'
const ROUNDS = 300
const RATE = 2
/** Strong, so that nothing rests on one family's habits. */
const L2 = 0.01
/** Harmless definitions of unseen servers that may be called poisoned. */
const MOST_ALARMS = 0.005
/** Log odds below which the model says nothing, however few alarms there were: data is never all there is. */
const LEAST = 1.1

interface Row {
  readonly id: string
  readonly family: string
  readonly bad: boolean
  readonly features: ReadonlySet<string>
  readonly byRules: boolean
}

interface Record_ {
  readonly id: string
  readonly entity: string
  readonly class?: string
  readonly server?: string
  readonly group: string
  readonly source: { readonly repo?: string | null; readonly npm?: string | null }
  readonly tool: JsonObject
  readonly peers?:
    | readonly { server: string; tool: { name: string; description?: string } }[]
    | null
}

function load(folder: string, name: string): readonly Record_[] {
  return gunzipSync(readFileSync(join(folder, `${name}.jsonl.gz`)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record_)
}

function rowOf(record: Record_, bad: boolean): Row {
  const { tool, server = 'server', peers } = record
  const item = {
    kind: `${record.entity}s`,
    name: typeof tool['name'] === 'string' ? tool['name'] : '',
    definition: tool,
    server,
    peers: (peers ?? []).map((peer) => ({ server: peer.server, ...peer.tool })),
  }
  const family = bad ? (record.source.repo ?? record.group) : server
  return {
    id: record.id,
    family,
    bad,
    features: featuresOfItem(item),
    byRules: rulesVerdict(item) === 'poisoned',
  }
}

/** Definitions written by hand, a family of their own on each side. Whatever says what it is for is left to rules. */
function ownRows(): readonly Row[] {
  const rowsOf = (all: readonly (readonly [name: string, description: string])[], bad: boolean) =>
    all.map(([name, description]) => {
      const definition = { name, description }
      const item = { kind: 'tools', name, definition, server: 'own', peers: [] }
      const byRules = rulesVerdict(item) === 'poisoned'
      return { id: name, family: 'own', bad, features: featuresOfItem(item), byRules }
    })
  return [
    ...rowsOf(
      POISONED.map(([, name, description]) => [name, description]),
      true,
    ),
    ...rowsOf([...HONEST, ...DEFENSIVE], false),
  ]
}

interface Weights {
  readonly bias: number
  readonly weights: ReadonlyMap<string, number>
}

/**
 * How much each row counts. Both sides count the same, and so do families, but for the root of their size:
 * one of hundreds says more than one of two, and not a hundred times more.
 */
function sharesOf(rows: readonly Row[]): readonly number[] {
  const sizes = new Map<string, number>()
  for (const { family, bad } of rows)
    sizes.set(`${bad}|${family}`, (sizes.get(`${bad}|${family}`) ?? 0) + 1)
  const raw = rows.map(({ family, bad }) => 1 / Math.sqrt(sizes.get(`${bad}|${family}`) ?? 1))
  const total = (bad: boolean) =>
    rows.reduce((sum, row, index) => sum + (row.bad === bad ? (raw[index] ?? 0) : 0), 0)
  const totals = { true: total(true), false: total(false) }
  return rows.map(({ bad }, index) => (raw[index] ?? 0) / totals[`${bad}`])
}

/** Logistic regression by gradient descent. */
function train(rows: readonly Row[]): Weights {
  const weights = new Map<string, number>()
  let bias = 0
  const shares = sharesOf(rows)
  for (let round = 0; round < ROUNDS; round += 1) {
    const { slope, slopes } = slopesOf(rows, shares, { bias, weights })
    bias += RATE * slope
    for (const [feature, value] of slopes) {
      const old = weights.get(feature) ?? 0
      weights.set(feature, old + RATE * (value - L2 * old))
    }
  }
  return { bias, weights }
}

function slopesOf(rows: readonly Row[], shares: readonly number[], weights: Weights) {
  const slopes = new Map<string, number>()
  let slope = 0
  for (const [index, { bad, features }] of rows.entries()) {
    const error = ((bad ? 1 : 0) - odds(weights, features)) * (shares[index] ?? 0)
    slope += error
    for (const feature of features) slopes.set(feature, (slopes.get(feature) ?? 0) + error)
  }
  return { slope, slopes }
}

function scoreOf({ bias, weights }: Weights, features: ReadonlySet<string>): number {
  let score = bias
  for (const feature of features) score += weights.get(feature) ?? 0
  return score
}

function odds(weights: Weights, features: ReadonlySet<string>): number {
  return 1 / (1 + Math.exp(-scoreOf(weights, features)))
}

/** Scores of every row by a model that never saw its family. */
function crossScores(rows: readonly Row[]): ReadonlyMap<Row, number> {
  const scores = new Map<Row, number>()
  for (const family of new Set(rows.map((row) => row.family))) {
    const model = train(rows.filter((row) => row.family !== family))
    for (const row of rows) if (row.family === family) scores.set(row, scoreOf(model, row.features))
  }
  return scores
}

function main(): void {
  const [folder, ...options] = process.argv.slice(2)
  if (folder === undefined) throw new Error('usage: train-definitions.ts DIR [--write]')
  const bad = load(folder, 'definitions-malicious').filter(
    (record) => record.class !== 'function-overlap',
  )
  const good = [...load(folder, 'definitions-benign'), ...load(folder, 'definitions-hard-negative')]
  const rows = [
    ...bad.map((record) => rowOf(record, true)),
    ...good.map((record) => rowOf(record, false)),
    ...ownRows(),
  ]
  const scores = crossScores(rows)
  const harmless = rows
    .filter((row) => !row.bad)
    .map((row) => scores.get(row) ?? 0)
    .sort((a, b) => b - a)
  const threshold = Math.max(
    LEAST,
    (harmless[Math.floor(harmless.length * MOST_ALARMS)] ?? 0) + 0.01,
  )
  const hit = (row: Row) => (scores.get(row) ?? 0) >= threshold
  for (const [family, group] of Map.groupBy(
    rows.filter((row) => row.bad),
    (row) => row.family,
  )) {
    const [rules, model, both] = [
      group.filter((row) => row.byRules),
      group.filter(hit),
      group.filter((row) => row.byRules || hit(row)),
    ]
    console.log(
      `${family}: ${group.length}, rules ${rules.length}, model ${model.length}, both ${both.length}`,
    )
  }
  const alarms = rows.filter((row) => !row.bad && hit(row))
  console.log(
    `threshold ${threshold.toFixed(2)}, alarms of the model ${alarms.length} of ${harmless.length}`,
  )
  for (const row of alarms)
    console.log(`  ${row.family} ${row.id} ${(scores.get(row) ?? 0).toFixed(2)}`)
  const model = train(rows)
  const sorted = [...model.weights]
    .map(([name, weight]) => [name, Number(weight.toFixed(2))] as const)
    .filter(([, weight]) => weight !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  if (!options.includes('--write')) return
  writeFileSync(
    TARGET,
    `/** Written by scripts/train-definitions.ts: log odds of what a definition holds. */\nexport const WEIGHTS: {\n  readonly bias: number\n  readonly threshold: number\n  readonly weights: Readonly<Record<string, number>>\n} = {\n  bias: ${model.bias.toFixed(2)},\n  threshold: ${threshold.toFixed(2)},\n  weights: {\n${sorted.map(([name, weight]) => `    '${name}': ${weight},`).join('\n')}\n  },\n}\n`,
  )
}

main()
