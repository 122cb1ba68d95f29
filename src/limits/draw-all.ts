import type { Draw, Moment, Shortage, Taken } from './counters.ts'
import { add, bring, type Cell, hasRoom, subtract, waitFor } from './rule.ts'

/** The counters that some draws name. Whoever holds them makes sure that nobody else writes. */
export interface Cells {
  get(key: string): Cell | undefined
  set(draw: Draw, cell: Cell): void
}

/** Takes from all counters, or from none. */
export function drawAll(
  cells: Cells,
  draws: readonly Draw[],
  now: Moment,
): Taken | readonly Shortage[] {
  const found = draws.map(({ rule, key }) => bring(rule, cells.get(key), now))
  const short = draws.flatMap(({ rule, key, room }, index): readonly Shortage[] => {
    const cell = found[index] as Cell
    return hasRoom(rule, cell, room) ? [] : [{ key, wait: waitFor(rule, cell, room, now) }]
  })
  if (short.length > 0) return short
  for (const [index, draw] of draws.entries()) {
    const cell = found[index] as Cell
    const { used, at } = add(draw.rule, cell, draw.take)
    cells.set(draw, { used, at, running: cell.running + 1 })
  }
  return { draws, at: now, starts: found.map(({ at }) => at) }
}

/** Ends what was taken, and counts what it used besides. */
export function endAll(
  cells: Cells,
  { draws }: Taken,
  spent: readonly number[],
  now: Moment,
): void {
  for (const [index, draw] of draws.entries()) {
    const cell = add(draw.rule, bring(draw.rule, cells.get(draw.key), now), spent[index] ?? 0)
    cells.set(draw, ended(cell))
  }
}

/** Ends what was taken as if it had never been. */
export function giveBackAll(cells: Cells, { draws, at, starts }: Taken, now: Moment): void {
  for (const [index, draw] of draws.entries()) {
    const cell = bring(draw.rule, cells.get(draw.key), now)
    const when = { taken: at, start: starts[index] ?? 0, now }
    cells.set(draw, ended(subtract(draw.rule, cell, draw.take, when)))
  }
}

function ended(cell: Cell): Cell {
  return { ...cell, running: Math.max(0, cell.running - 1) }
}
