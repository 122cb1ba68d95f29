import type { Witness } from '../../kernel/event.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Clock } from '../../kernel/ports.ts'
import type { SandboxDenial, SandboxWatch } from '../../kernel/sandbox.ts'
import { type Budget, budget } from './budget.ts'
import type { Ending } from './ending.ts'
import { safeDenial } from './safe-denial.ts'

/** Different denials of one server that are counted apart; what is more counts as `others`. */
const MAX_KINDS = 200
/** Servers at once. Their names come from the configuration, so that nobody can flood them. */
const MAX_SERVERS = 1_000
/** Milliseconds after which a denial that stopped is news again. */
const FORGOTTEN = 60 * 60_000
/** Events of one server: so many at once, then one each so many milliseconds. */
const BURST = 30
const PACE = 20_000

export interface DeskOptions {
  readonly witness: Witness
  readonly clock: Clock
  /** Hears that an event could not be recorded. */
  readonly log: (message: string, cause?: unknown) => void
}

/** Turns what is refused to confined servers into recorded events. */
export interface DenialDesk extends SandboxWatch {
  /** A server was ended by one of its limits, or by the kernel. */
  ended(server: string, ending: Ending): void
  /** A server was not started: `reason` is a word of `SANDBOX_REFUSALS`. */
  refused(server: string, reason: string, fix: string | undefined): void
  /** Records what was counted and not yet told; resolves when all of it is recorded or has failed. */
  close(): Promise<void>
}

interface Tally {
  readonly denial: SandboxDenial
  count: number
  told: number
  last: number
}

interface Desk {
  readonly kinds: Map<string, Tally>
  readonly others: Map<string, Tally>
  readonly budget: Budget
}

/**
 * Opens the desk. One event tells of a denial at its first time, then whenever its count has grown tenfold;
 * each server has a budget of its own, so that the flood of one hides nothing of another. What exceeds the
 * budget, or is one kind too many, is told by layer as `others`: about seven events per layer for
 * ten million denials.
 */
export function denialDesk({ witness, clock, log }: DeskOptions): DenialDesk {
  const desks = new Map<string, Desk>()
  const open = new Set<Promise<void>>()
  const record = (event: Parameters<Witness>[0]): void => {
    const written = witness(event)
      .catch((cause: unknown) => log('a denial of the sandbox could not be recorded', cause))
      .finally(() => open.delete(written))
    open.add(written)
  }
  const tell = (tally: Tally): void => {
    tally.told = tally.count
    record(denialEvent(tally.denial, tally.count))
  }
  return {
    denied(told) {
      const denial = safeDenial(told)
      const now = clock()
      const desk = deskOf(desks, denial.server, now)
      const tally = tallyOf(desk, denial, now)
      tally.count += 1
      tally.last = now
      if (!isDue(tally)) return
      if (isOthers(tally.denial) || desk.budget.take(now)) return tell(tally)
      // its next time may be told again; until then the sum of what was not told says that there is more
      const others = othersOf(desk, denial)
      others.count += 1
      if (isDue(others)) tell(others)
    },
    used() {},
    ended(server, { reason, signal }) {
      record({
        event: 'sandbox.ended',
        outcome: 'refused',
        target: server,
        detail: { reason, ...(signal === undefined ? {} : { signal }) },
      })
    },
    refused(server, reason, fix) {
      record({
        event: 'sandbox.refused',
        outcome: 'refused',
        target: server,
        detail: { reason, ...(fix === undefined ? {} : { fix }) },
      })
    },
    async close() {
      for (const { kinds, others } of desks.values())
        for (const tally of [...kinds.values(), ...others.values()])
          if (tally.told > 0 && tally.count > tally.told) tell(tally)
      desks.clear()
      await Promise.all(open)
    },
  }
}

/** At 1, 10, 100, … */
function isDue({ count, told }: Tally): boolean {
  return told === 0 || count >= told * 10
}

function deskOf(desks: Map<string, Desk>, server: string, now: number): Desk {
  const known = desks.get(server)
  if (known !== undefined) return known
  const [oldest] = desks.keys()
  if (desks.size >= MAX_SERVERS && oldest !== undefined) desks.delete(oldest)
  const desk = { kinds: new Map(), others: new Map(), budget: budget(BURST, PACE, now) }
  desks.set(server, desk)
  return desk
}

function tallyOf(desk: Desk, denial: SandboxDenial, now: number): Tally {
  const { kinds } = desk
  const key = JSON.stringify([denial.layer, denial.op, denial.target, denial.reason])
  const known = kinds.get(key)
  if (known !== undefined && now - known.last < FORGOTTEN) return known
  if (known === undefined && kinds.size >= MAX_KINDS) forget(kinds, now)
  if (known === undefined && kinds.size >= MAX_KINDS) return othersOf(desk, denial)
  const tally = { denial, count: 0, told: 0, last: now }
  kinds.set(key, tally)
  return tally
}

/** Room for new kinds: without those that stopped, whose counts were told or were small. */
function forget(kinds: Map<string, Tally>, now: number): void {
  for (const [key, { last }] of kinds) if (now - last >= FORGOTTEN) kinds.delete(key)
}

const OTHERS = 'others'

function isOthers({ target, reason }: SandboxDenial): boolean {
  return target === OTHERS && reason === 'too-many'
}

function othersOf({ others }: Desk, { server, layer, op }: SandboxDenial): Tally {
  const known = others.get(layer)
  if (known !== undefined) return known
  const denial = { server, layer, op, target: OTHERS, reason: 'too-many' }
  const tally = { denial, count: 0, told: 0, last: 0 }
  others.set(layer, tally)
  return tally
}

function denialEvent(denial: SandboxDenial, count: number): Parameters<Witness>[0] {
  const { server, layer, op, target, reason, suggestion } = denial
  const detail: JsonObject = {
    ...{ layer, op, target, reason, count },
    ...(suggestion === undefined ? {} : { suggestion }),
  }
  return { event: 'sandbox.denied', outcome: 'refused', target: server, detail }
}
