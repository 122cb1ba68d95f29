import fc from 'fast-check'
import { expect } from 'vitest'
import { type Counters, isShort, type Rule, type Taken } from '../counters.ts'
import { atOnce, bucket, draw, windowed } from './draws.ts'
import { modelCounters } from './model.ts'

/** Small, so that their ends are reached; of different kinds, so that some have room when others lack it. */
const RULES: Readonly<Record<string, Rule>> = {
  a: windowed(3, 100),
  b: bucket(4, 70),
  c: atOnce(2),
  d: bucket(7, 1_000),
  e: windowed(50, 250),
}
const ALL = Object.keys(RULES)

export type Step =
  | { readonly kind: 'take'; readonly keys: readonly string[]; readonly amount: number }
  | { readonly kind: 'end' | 'giveBack'; readonly which: number }
  | { readonly kind: 'pass'; readonly milliseconds: number }

const keys = fc.uniqueArray(fc.constantFrom(...ALL), { minLength: 1 })

/** What callers and time may do, in any order. */
export const STEPS: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('take' as const), keys, amount: fc.nat(3) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('end' as const, 'end' as const, 'giveBack' as const),
        which: fc.nat(9),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), milliseconds: fc.nat(120) }),
    },
  ),
  { maxLength: 60 },
)

interface Time {
  readonly now: () => number
  readonly pass: (milliseconds: number) => void
}

/** Does the same to counters and to the model, and expects the same of both after each step. */
export async function compareWithModel(
  counters: Counters,
  prefix: string,
  steps: readonly Step[],
  time: Time,
): Promise<void> {
  const model = modelCounters(RULES, time.now)
  const held: { readonly taken: Taken; readonly id: number }[] = []
  const drawOf = (key: string, amount: number) =>
    draw(prefix + key, RULES[key] as Rule, amountOf(key, amount))

  const take = async (wanted: readonly string[], amount: number): Promise<void> => {
    const answer = await counters.take(wanted.map((key) => drawOf(key, amount)))
    const id = model.take(wanted.map((key) => [key, amountOf(key, amount)]))
    expect(isShort(answer)).toBe(id === undefined)
    if (!isShort(answer) && id !== undefined) held.push({ taken: answer, id })
  }
  const finish = async (kind: 'end' | 'giveBack', which: number): Promise<void> => {
    const [one] = held.splice(which % Math.max(1, held.length), 1)
    if (one === undefined) return
    if (kind === 'end') counters.end(one.taken, [])
    else counters.giveBack(one.taken)
    model[kind](one.id)
    // Takes nothing, and comes after what was asked before.
    await counters.take([draw('nothing', atOnce(0))])
  }
  for (const step of steps) {
    if (step.kind === 'pass') time.pass(step.milliseconds)
    else if (step.kind === 'take') await take(step.keys, step.amount)
    else await finish(step.kind, step.which)
    const left = await counters.left(ALL.map((key) => drawOf(key, 0)))
    expect(left).toEqual(ALL.map((key) => model.left(key)))
  }
}

/** A call runs once, whatever else it takes. */
function amountOf(key: string, amount: number): number {
  return RULES[key]?.kind === 'running' ? 1 : amount
}
