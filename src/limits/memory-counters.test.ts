import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Draw, isShort, type Rule, type Taken } from './counters.ts'
import { type MemoryCounters, memoryCounters } from './memory-counters.ts'
import { atOnce, bucket, draw, windowed } from './testing/draws.ts'

const START = 1_790_000_040_000
const FULL = { code: 'limits_unavailable', message: 'too many callers are being counted' }

function counting(maxKeys?: number) {
  const time = { now: START }
  const clock = () => time.now
  return {
    time,
    counters: memoryCounters({ clock, ...(maxKeys === undefined ? {} : { maxKeys }) }),
  }
}

/** Takes, and ends at once. */
async function call(counters: MemoryCounters, one: Draw): Promise<void> {
  const taken = await counters.take([one])
  if (isShort(taken)) throw new Error(`short of \`${one.key}\``)
  counters.end(taken, [])
}

test('what is used is never forgotten: at the cap new callers are refused, known ones go on', async () => {
  const { counters, time } = counting(10)
  for (let key = 0; key < 10; key += 1) await call(counters, draw(`k${key}`, windowed(2)))
  await expect(counters.take([draw('more', windowed(2))])).rejects.toMatchObject(FULL)
  expect(counters.size()).toBe(10)
  await call(counters, draw('k3', windowed(2)))
  expect(isShort(await counters.take([draw('k3', windowed(2))]))).toBe(true)
  time.now += 60_000
  expect(isShort(await counters.take([draw('more', windowed(2))]))).toBe(false)
})

test('a call that finds no place takes nothing of the counters that it found', async () => {
  const { counters } = counting(1)
  await counters.take([draw('a', windowed(5))])
  await expect(
    counters.take([draw('a', windowed(5)), draw('b', windowed(5))]),
  ).rejects.toMatchObject(FULL)
  expect(await counters.left([draw('a', windowed(5))])).toEqual([4])
})

test('full counters are forgotten as others come, running ones are not', async () => {
  const { counters, time } = counting(1_000)
  const busy = draw('busy', atOnce(1))
  const running = await counters.take([busy, draw('running', bucket(1, 10), 0, 1)])
  for (let key = 0; key < 50_000; key += 1) {
    time.now += 10
    await call(counters, draw(`k${key}`, bucket(1, 10)))
    expect(counters.size()).toBeLessThan(20)
  }
  expect(isShort(await counters.take([busy]))).toBe(true)
  counters.end(running as Taken, [0, 7])
  expect(await counters.left([draw('running', bucket(1, 10))])).toEqual([0])
})

test('what has run leaves nothing behind; looking and denials do not either', async () => {
  const { counters } = counting()
  for (let key = 0; key < 100; key += 1) {
    counters.end((await counters.take([draw(`k${key}`, atOnce(1))])) as Taken, [])
    await counters.left([draw(`l${key}`, windowed(5))])
    await counters.take([draw(`d${key}`, windowed(0))])
  }
  expect(counters.size()).toBe(0)
})

test('callers beyond number cost the same each: nothing looks at all counters', async () => {
  const { counters, time } = counting(200_000)
  for (let key = 0; key < 100_000; key += 1) await counters.take([draw(`k${key}`, windowed(2))])
  const looks = { count: 0 }
  const rule: Rule = new Proxy(windowed(2), {
    get(all, name) {
      looks.count += 1
      return Reflect.get(all, name)
    },
  })
  time.now += 60_000
  await counters.take([draw('k5', rule)])
  expect(looks.count).toBeLessThan(30)
})

type Move =
  | { readonly kind: 'take'; readonly amount: number }
  | { readonly kind: 'end' | 'giveBack'; readonly which: number }
  | { readonly kind: 'clock'; readonly by: number }

const MOVES: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('take' as const), amount: fc.nat(3) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('giveBack' as const), which: fc.nat(9) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(9) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('clock' as const),
        by: fc.oneof(
          { weight: 9, arbitrary: fc.nat(150) },
          { weight: 1, arbitrary: fc.integer({ min: -300, max: 0 }) },
        ),
      }),
    },
  ),
  { maxLength: 100 },
)

interface Booked {
  /** Time that had passed, however the clock was set. */
  readonly run: number
  /** The latest time at which anything had been counted. */
  readonly latest: number
  readonly amount: number
  released: boolean
}

/** Does what the moves say; gives what was taken, in order. */
async function bookAll(rule: Rule, moves: readonly Move[]): Promise<readonly Booked[]> {
  const { counters, time } = counting()
  const booked: Booked[] = []
  const held: { readonly taken: Taken; readonly entry: Booked }[] = []
  let run = 0
  let latest = 0

  const take = async (amount: number): Promise<void> => {
    const taken = await counters.take([draw('k', rule, rule.kind === 'running' ? 1 : amount)])
    if (isShort(taken)) return
    latest = Math.max(latest, time.now)
    const entry = { run, latest, amount, released: false }
    booked.push(entry)
    held.push({ taken, entry })
    if (rule.kind === 'running') expect(held.length).toBeLessThanOrEqual(rule.most)
  }
  const finish = (kind: 'end' | 'giveBack', which: number): void => {
    const [one] = held.splice(which % Math.max(1, held.length), 1)
    if (one === undefined) return
    latest = Math.max(latest, time.now)
    one.entry.released = kind === 'giveBack'
    if (kind === 'end') counters.end(one.taken, [])
    else counters.giveBack(one.taken)
  }
  for (const move of moves) {
    if (move.kind === 'take') await take(move.amount)
    else if (move.kind !== 'clock') finish(move.kind, move.which)
    else {
      time.now += move.by
      run += Math.max(0, move.by)
    }
  }
  return booked
}

/** What a rule can give from one moment to another, both included. */
function mostBetween(rule: Rule, from: Booked, to: Booked): number {
  if (rule.kind === 'bucket')
    return rule.most + Math.floor(((to.run - from.run) * rule.most) / rule.every)
  if (rule.kind === 'running') return Number.POSITIVE_INFINITY
  const turn = ({ latest }: Booked): number => Math.floor(latest / rule.every)
  return rule.most * (turn(to) - turn(from) + 1)
}

test.each([
  ['bucket', bucket(5, 170)],
  ['window', windowed(5, 100)],
  ['running', atOnce(3)],
])(
  'between no two moments a %s gives more than it has, however the clock jumps',
  async (_, rule) => {
    const property = fc.asyncProperty(MOVES, async (moves) => {
      const counted = (await bookAll(rule, moves)).filter(({ released }) => !released)
      for (const [index, from] of counted.entries()) {
        let sum = 0
        for (const to of counted.slice(index)) {
          sum += to.amount
          expect(sum).toBeLessThanOrEqual(mostBetween(rule, from, to))
        }
      }
    })
    await fc.assert(property, { numRuns: 1_000 })
  },
)
