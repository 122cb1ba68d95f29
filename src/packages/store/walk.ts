import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'

/** Entries, and folders in folders, of one artifact: more is no package. */
const MAX_ENTRIES = 300_000
const MAX_DEPTH = 200
/** Milliseconds of walking after which others get a turn, and entries between two looks at the clock. */
const SLICE = 8
const STRIDE = 32

/** One file, folder or link. */
export interface Entry {
  /** From the root, `/` between names; empty for the root itself. */
  readonly path: string
  readonly absolute: string
  readonly stats: Stats
}

/** A folder that holds what no package may hold. */
export class TreeFault extends Error {
  override readonly name = 'TreeFault'
}

/**
 * Shows each entry of a folder, itself first, names of one folder in order of their UTF-16 code units. Links
 * are not followed. The file system is asked synchronously, which is several times as fast, in slices that
 * leave others their turn.
 *
 * @throws {TreeFault} when there is no end of it; an error of the file system.
 */
export async function walk(root: string, see: (entry: Entry) => void): Promise<void> {
  let until = performance.now() + SLICE
  let seen = 0
  for (const entry of entriesOf(root)) {
    see(entry)
    seen += 1
    if (seen > MAX_ENTRIES) throw new TreeFault('it holds too many files')
    if (seen % STRIDE !== 0 || performance.now() < until) continue
    await turn()
    until = performance.now() + SLICE
  }
}

function* entriesOf(root: string): Generator<Entry> {
  const waiting = [{ path: '', absolute: root, depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, absolute, depth } = next
    const stats = lstatSync(absolute)
    yield { path, absolute, stats }
    if (!stats.isDirectory()) continue
    if (depth === MAX_DEPTH) throw new TreeFault('its folders lie too deep')
    const before = path === '' ? '' : `${path}/`
    for (const name of readdirSync(absolute).sort().reverse())
      waiting.push({ path: before + name, absolute: `${absolute}/${name}`, depth: depth + 1 })
    if (waiting.length > MAX_ENTRIES) throw new TreeFault('it holds too many files')
  }
}
