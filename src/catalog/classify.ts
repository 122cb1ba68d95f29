import type { Classification, ToolEffect } from '../kernel/access.ts'
import type { FieldHints, RoleHints } from '../kernel/flow.ts'
import type { Json, JsonObject } from '../kernel/json.ts'
import { type Evidence, evidenceOf } from './evidence/argument-evidence.ts'
import { type Argument, argumentsOf } from './evidence/arguments.ts'
import { dataClassesOf } from './evidence/data-classes.ts'
import { effectsOfName, type NameEvidence } from './evidence/name.ts'
import { highest, RISK } from './evidence/risk.ts'
import { isSelector } from './evidence/selectors.ts'
import { trustOf } from './evidence/trust.ts'
import { wordsOf } from './evidence/words.ts'

/** What an operator writes about a tool. */
export interface Override extends Omit<Classification, 'source' | 'confidence'> {
  /** What its arguments decide; absent: nothing is said here. */
  readonly roles?: RoleHints
  /** Who writes which field of what it returns; absent: nothing is said here. */
  readonly fields?: FieldHints
}

/** What a server says of a tool, as far as it is evidence of what the tool does. */
export interface ToolClaims {
  readonly name: string
  /** Its words only take away from what else is known. */
  readonly description?: string | undefined
  readonly annotations?: JsonObject | undefined
  readonly inputSchema?: Json | undefined
  readonly outputSchema?: Json | undefined
}

/** Order in which effects are written down. */
export const EFFECTS = ['read', 'write', 'delete', 'execute', 'send', 'pay', 'admin'] as const

/** Resources and prompts are read; what they may hold is for other rules. */
export const READ_ONLY: Classification = {
  effects: ['read'],
  reversible: true,
  risk: 'low',
  reads: [],
  trust: 'untrusted',
  source: 'inferred',
  confidence: 'high',
}

/**
 * What a tool does to the world. The operator's word wins. Without one, the words of its name and
 * those of its arguments decide, cautiously: a tool only reads when it begins with a known reading
 * verb, no verb in it acts, and it asks for nothing that only acting needs; one with no known verb
 * writes. Arguments only add to what the name says. A server's annotations are claims:
 * `destructiveHint` and a denied `readOnlyHint` add to it too, nothing takes away. All of it is the
 * server's own, so a policy that must not be fooled asks for `classified == "catalog"`.
 */
export function classify(tool: ToolClaims, override?: Override): Classification {
  if (override) {
    const { effects, reversible, risk, reads, trust } = override
    return { effects, reversible, risk, reads, trust, source: 'catalog', confidence: 'stated' }
  }
  const weighed = weigh(tool)
  const { effects, risks } = weighed
  const claimed = claimedEffects(tool.annotations, effects)
  const all = EFFECTS.filter((effect) => [...effects, ...claimed].includes(effect))
  return {
    effects: all,
    reversible: isOnlyReading(all),
    risk: highest([...risks, ...claimed.map((effect) => RISK[effect])]),
    reads: readsOf(tool, all),
    trust: trustOf(tool, weighed.args, argumentsOf(tool.outputSchema)),
    source: 'inferred',
    confidence: confidenceOf(tool, all, weighed),
  }
}

/** What name and arguments say, apart from all claims. */
export interface Weighed {
  readonly name: NameEvidence
  readonly args: readonly Argument[]
  readonly evidence: readonly Evidence[]
  /** The evidence that adds to what the name says. */
  readonly counted: readonly Evidence[]
  readonly effects: readonly ToolEffect[]
  readonly risks: readonly Classification['risk'][]
}

/** Weighs name and arguments of a tool. */
export function weigh({ name: text, inputSchema }: ToolClaims): Weighed {
  const name = effectsOfName(text)
  const args = argumentsOf(inputSchema)
  const evidence = evidenceOf(args)
  const reads = name.verb === 'reading'
  const counted = evidence.filter(
    ({ weight }) => weight === 'plain' || (weight === 'reading') === reads,
  )
  return {
    name,
    args,
    evidence,
    counted,
    effects: [...name.effects, ...counted.map(({ effect }) => effect)],
    risks: [name.risk, ...counted.map(({ risk }) => risk)],
  }
}

/** What the server admits beyond what name and arguments say. */
function claimedEffects(
  annotations: JsonObject | undefined,
  effects: readonly ToolEffect[],
): readonly ToolEffect[] {
  const writes = annotations?.['readOnlyHint'] === false && isOnlyReading(effects)
  const destroys = annotations?.['destructiveHint'] === true
  return [...(writes ? (['write'] as const) : []), ...(destroys ? (['delete'] as const) : [])]
}

/** Kinds of data that a tool names, if it hands out any. */
function readsOf(
  { name, outputSchema }: ToolClaims,
  effects: readonly ToolEffect[],
): Classification['reads'] {
  if (!effects.includes('read') && !effects.includes('execute')) return []
  return dataClassesOf([
    ...wordsOf(name),
    ...argumentsOf(outputSchema).flatMap(({ words }) => words),
  ])
}

/**
 * `high` where name and arguments say the same, `medium` where the name is known and nothing speaks
 * against it, else `low`. What a server claims can lower it, never raise it.
 */
function confidenceOf(
  { annotations, inputSchema }: ToolClaims,
  effects: readonly ToolEffect[],
  { name, args, evidence, counted }: Weighed,
): Classification['confidence'] {
  const denied = annotations?.['readOnlyHint'] === true && !isOnlyReading(effects)
  const added = effects.some((effect) => !name.effects.includes(effect))
  if (name.verb === 'unknown' || inputSchema === undefined || denied) return 'low'
  if (name.verb === 'acting') {
    const agrees = counted.some(({ effect }) => name.effects.includes(effect))
    return agrees ? 'high' : 'medium'
  }
  const doubtful = evidence.some(({ weight }) => weight === 'faint')
  if (added || doubtful) return 'low'
  return args.every(isSelector) ? 'high' : 'medium'
}

function isOnlyReading(effects: readonly ToolEffect[]): boolean {
  return effects.every((effect) => effect === 'read')
}
