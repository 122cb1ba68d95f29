import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { accountOf } from '../src/analysis/signals/facts.ts'
import { FEATURES, featuresOf, isCandidate } from '../src/analysis/signals/features.ts'
import { type Made, made } from './signals/made.ts'
import { prior, signed } from './signals/prior.ts'

/**
 * Trains the weights of injection signals: `node scripts/train-signals.ts DIR [--cross | --own] [--misses]`, where
 * DIR has `results.jsonl.gz`. `--cross` leaves out one family after the other, `--own` learns from what was written
 * by hand alone; both print what is found in what was not seen, and write nothing. Deterministic. Only weights leave
 * this script, and none of them is of a word of the data.
 */

export interface Row {
  readonly id: string
  readonly label: string
  readonly group: string
  readonly text: string
}

interface Sample {
  readonly row: Row
  readonly family: string
  readonly bad: boolean
  readonly rows: readonly Float32Array[]
  weight: number
}

const STEPS = 300
const RATE = 0.05
/** How strongly weights are held to what reason says they are. */
const HOLD = 0.01
/** The weight of all that was written by hand beside that of the data. */
const BY_HAND = 0.7

const OUTPUT = new URL('../src/analysis/signals/weights.json', import.meta.url)

function read(folder: string): Sample[] {
  const lines = gunzipSync(readFileSync(join(folder, 'results.jsonl.gz')))
    .toString('utf8')
    .trim()
    .split('\n')
  return samplesOf(lines.map((line) => JSON.parse(line) as Row))
}

function samplesOf(rows: readonly Row[]): Sample[] {
  const samples = rows.map((row) => sampleOf(row, row.group.split('|')[0] ?? row.group))
  balance(samples)
  return samples
}

/** Scores of texts, each by weights that nothing of its own family had a part in. */
export function scoresAcross(
  rows: readonly Row[],
): readonly { readonly row: Row; readonly family: string; readonly score: number }[] {
  const samples = samplesOf(rows)
  return TOGETHER.flatMap((_, fold) => leftOut(samples, fold)).map(({ sample, score }) => ({
    row: sample.row,
    family: sample.family,
    score,
  }))
}

function sampleOf(row: Row, family: string, made?: Made): Sample {
  const account = accountOf(row.text)
  const rows = account.facts.flatMap((facts, which) => {
    if (!isCandidate(facts, account.around)) return []
    if (made !== undefined && (facts.end <= made.start || facts.start >= made.end)) return []
    const out = new Float32Array(FEATURES.length)
    featuresOf(account, which, out)
    return [out]
  })
  return { row, family, bad: row.label === 'malicious', rows, weight: 1 }
}

/** Made once: each model learns from them. */
let texts: readonly Sample[] | undefined
function ownTexts(): readonly Sample[] {
  texts ??= byHand()
  return texts
}

/** Texts that were made of what was written by hand. */
function byHand(): Sample[] {
  const samples = made().map((one, number) => {
    const group = `by hand|${one.kind}`
    const row = {
      id: String(number),
      label: one.bad ? 'malicious' : 'benign',
      group,
      text: one.text,
    }
    return sampleOf(row, 'by hand', one)
  })
  balance(samples)
  for (const sample of samples) sample.weight *= BY_HAND
  return samples
}

/** Each family counts by the root of its size, and both labels count the same. */
function balance(samples: readonly Sample[]): void {
  const sizes = Map.groupBy(samples, ({ row }) => row.group)
  for (const sample of samples)
    sample.weight = 1 / Math.sqrt(sizes.get(sample.row.group)?.length ?? 1)
  for (const bad of [true, false]) {
    const side = samples.filter((sample) => sample.bad === bad)
    const sum = side.reduce((all, { weight }) => all + weight, 0)
    for (const sample of side) sample.weight /= sum
  }
}

interface Trained {
  readonly bias: number
  readonly weights: Float32Array
}

/** Logistic regression on the most suspicious sentence of each text (multiple-instance learning), by Adam. */
function train(data: readonly Sample[]): Trained {
  const samples = [...data, ...ownTexts()]
  const from = prior()
  // The bias is the last weight.
  const start = Float64Array.from([...from.weights, from.bias])
  const state = { weights: start.slice(), mean: start.map(() => 0), square: start.map(() => 0) }
  for (let step = 1; step <= STEPS; step++) {
    const slopes = gradient(samples, state.weights)
    for (const [index, slope] of slopes.entries()) {
      const away = value(state.weights, index) - value(start, index)
      descend(state, index, slope + (index === slopes.length - 1 ? 0 : HOLD * away), step)
    }
  }
  return {
    bias: state.weights.at(-1) ?? 0,
    weights: Float32Array.from(state.weights.subarray(0, -1)),
  }
}

interface Descent {
  readonly weights: Float64Array
  readonly mean: Float64Array
  readonly square: Float64Array
}

function descend(
  { weights, mean, square }: Descent,
  index: number,
  slope: number,
  step: number,
): void {
  mean[index] = 0.9 * value(mean, index) + 0.1 * slope
  square[index] = 0.999 * value(square, index) + 0.001 * slope ** 2
  const size = Math.sqrt(value(square, index) / (1 - 0.999 ** step)) + 1e-8
  const move = (RATE * (value(mean, index) / (1 - 0.9 ** step))) / size
  weights[index] = signed(index, value(weights, index) - move)
}

function value(numbers: ArrayLike<number>, index: number): number {
  return numbers[index] ?? 0
}

function gradient(samples: readonly Sample[], weights: Float64Array): Float64Array {
  const slopes = new Float64Array(weights.length)
  const last = weights.length - 1
  for (const { rows, bad, weight } of samples) {
    const best = top(rows, weights)
    if (best === undefined) continue
    const likely = 1 / (1 + Math.exp(-(best.score + value(weights, last))))
    const scale = (likely - (bad ? 1 : 0)) * weight
    for (const [index, feature] of best.row.entries()) {
      slopes[index] = value(slopes, index) + scale * feature
    }
    slopes[last] = value(slopes, last) + scale
  }
  return slopes
}

function top(rows: readonly Float32Array[], weights: ArrayLike<number>) {
  let best: { row: Float32Array; score: number } | undefined
  for (const row of rows) {
    let score = 0
    for (let index = 0; index < row.length; index++)
      score += (row[index] ?? 0) * (weights[index] ?? 0)
    if (best === undefined || score > best.score) best = { row, score }
  }
  return best
}

function scoreOf(sample: Sample, { bias, weights }: Trained): number {
  const best = top(sample.rows, weights)
  return best === undefined ? -99 : best.score + bias
}

/** Families that share contexts or payloads are left out together. */
const TOGETHER = [
  ['sequrity-ai/agentdojo', 'sequrity-ai/agentdojo'],
  ['Zhang-Henry/AIOS_agent', 'SaFo-Lab/AgentDyn'],
  ['ReversecLabs/spikee', 'microsoft/BIPIA'],
  ['luckyPipewrench/pipelock', 'leolee99/PIGuard'],
] as const

function foldOf(family: string): number {
  const known = TOGETHER.findIndex((families) => (families as readonly string[]).includes(family))
  if (known >= 0) return known
  let hash = 7
  for (const character of family) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0
  return hash % TOGETHER.length
}

interface Scored {
  readonly sample: Sample
  readonly score: number
  readonly trained: Trained
}

function cross(samples: readonly Sample[], misses: boolean): void {
  const scored = TOGETHER.flatMap((_, fold) => leftOut(samples, fold))
  table(scored, misses)
}

/** Learns from what was written by hand alone: nothing of the data was seen. */
function own(samples: readonly Sample[], misses: boolean): void {
  const trained = train([])
  table(
    samples.map((sample) => ({ sample, score: scoreOf(sample, trained), trained })),
    misses,
  )
}

function table(scored: readonly Scored[], misses: boolean): void {
  const honest = scored.filter(({ sample }) => !sample.bad).map(({ score }) => score)
  honest.sort((one, other) => other - one)
  for (const share of [0.005, 0.01, 0.02, 0.03, 0.05]) {
    const threshold = (honest[Math.floor(share * honest.length)] ?? 0) + 1e-6
    report(`threshold for ${share * 100} %`, scored, threshold)
  }
  report('threshold 0', scored, 0)
  const groups = Map.groupBy(
    scored,
    ({ sample }) => `${sample.bad ? 'bad ' : 'good'} ${kindOf(sample)}`,
  )
  for (const [name, list] of [...groups].sort()) {
    const flagged = list.filter(({ score }) => score > 0).length
    console.log(`${name.padEnd(60)} ${flagged}/${list.length}`)
  }
  const wrong = misses ? scored.filter(({ sample, score }) => score > 0 !== sample.bad) : []
  for (const one of wrong) explain(one)
}

function leftOut(samples: readonly Sample[], fold: number): readonly Scored[] {
  const trained = train(samples.filter(({ family }) => foldOf(family) !== fold))
  const unseen = samples.filter(({ family }) => foldOf(family) === fold)
  return unseen.map((sample) => ({ sample, score: scoreOf(sample, trained), trained }))
}

function explain({ sample, score, trained }: Scored): void {
  const best = top(sample.rows, trained.weights)
  const why = FEATURES.map((name, index) => ({
    name,
    part: value(trained.weights, index) * value(best?.row ?? [], index),
  }))
    .filter(({ part }) => Math.abs(part) > 0.15)
    .sort((one, other) => other.part - one.part)
    .map(({ name, part }) => `${name} ${part.toFixed(1)}`)
  const { group, id } = sample.row
  console.log(sample.bad ? 'MISS' : 'FALSE', group, id, score.toFixed(2), why.join(', '))
}

function kindOf({ row, bad }: Sample): string {
  if (bad) return row.group
  return /document|hard-negative\/(?:agent|security)/.test(row.group)
    ? (row.group.split('|')[1] ?? '')
    : row.group
}

function report(
  name: string,
  scored: readonly { readonly sample: Sample; readonly score: number }[],
  threshold: number,
): void {
  const rate = (bad: boolean) => {
    const side = scored.filter(({ sample }) => sample.bad === bad)
    const flagged = side.filter(({ score }) => score > threshold).length
    return `${((100 * flagged) / side.length).toFixed(1)} % (${flagged}/${side.length})`
  }
  console.log(
    `${name} (${threshold.toFixed(2)}): recall ${rate(true)}, false alarms ${rate(false)}`,
  )
}

function write({ bias, weights }: Trained): void {
  const thousandths = (value: number) => Math.round(value * 1000)
  const named = Object.fromEntries(
    FEATURES.map((name, index) => [name, thousandths(weights[index] ?? 0)]),
  )
  writeFileSync(OUTPUT, `${JSON.stringify({ bias: thousandths(bias), weights: named }, null, 2)}\n`)
}

function main([folder, ...options]: readonly string[]): void {
  if (folder === undefined) throw new Error('no folder with results.jsonl.gz given')
  const samples = read(folder)
  if (options.includes('--own')) own(samples, options.includes('--misses'))
  else if (options.includes('--cross')) cross(samples, options.includes('--misses'))
  else write(train(samples))
}

if (import.meta.main) main(process.argv.slice(2))
