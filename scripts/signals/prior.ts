import { type Cue, type CueName, cueOf, MARKED, WORDED } from '../../src/analysis/signals/cues.ts'
import { FEATURES } from '../../src/analysis/signals/features.ts'

/** What weights are before anything was seen. */
export function prior(): { readonly bias: number; readonly weights: Float32Array } {
  const weights = new Float32Array(FEATURES.length)
  const set = (name: string, value: number) => {
    const index = FEATURES.indexOf(name)
    if (index < 0) throw new Error(name)
    weights[index] = value
  }
  for (const name of [...Object.keys(WORDED), ...Object.keys(MARKED)] as CueName[]) {
    const { tier, severity } = cueOf(name)
    const soft = { info: 0, low: 0.3, medium: 0.7, high: 1.2, critical: 2 }[severity]
    set(`cue ${name}`, tier === 'hard' ? 2.5 : soft)
    set(`told ${name}`, tier === 'hard' ? 0.4 : 0)
  }
  for (const name of DAMPED) set(name, -0.6)
  for (const name of RAISED) set(name, 0.5)
  set('out of place', 1.5)
  return { bias: -3, weights }
}

// biome-ignore format: a list
const DAMPED = [
  'is threat', 'is example', 'near threat', 'text of threats', 'is software', 'is letter', 'is third',
  'has question', 'has code', 'has fence', 'has bullet', 'has heading', 'text of asking', 'in a letter', 'to a person',
]
// biome-ignore format: a list
const RAISED = [
  'two cues', 'four cues', 'two hard cues', 'is nobody', 'is hide', 'ask send + address', 'ask send + thing',
  'other language', 'out of place',
]

/** What a sign means is known: a cue never speaks against an injection, and what honest texts say never for it. */
export function signed(index: number, weight: number): number {
  const name = FEATURES[index] ?? ''
  if (name === '') return weight
  if (HARD.has(name)) return between(2, weight, 3.5)
  if (name.startsWith('told ')) return between(0, weight, 0.6)
  if (SPEAKS_FOR.test(name)) return between(0, weight, 2)
  if (OF_MODELS.test(name)) return between(0, weight, 0.8)
  return between(-0.7, weight, SPEAKS_AGAINST.test(name) ? 0 : 0.8)
}

function between(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(value, most))
}

const HARD = new Set(
  [...Object.entries<Cue>(WORDED), ...Object.entries<Cue>(MARKED)]
    .filter(([, { tier }]) => tier === 'hard')
    .map(([name]) => `cue ${name}`),
)
const SPEAKS_FOR = /^(?:cue |told |two |four |other language|out of place|is (?:nobody|hide))/
/** To ask for what only a model with tools has is no sign of honesty. */
const OF_MODELS = /^ask \+ (?:secret|private|belongings|tool|model|orders)/
const SPEAKS_AGAINST =
  /^(?:text of (?:threats|asking|headings)|near threat|long text|in a letter|to a person|is (?:threat|example|software|letter|third|if)|has (?:question|code|fence|bullet|heading|blockquote|label))/
