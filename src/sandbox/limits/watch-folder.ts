import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Watch } from './watch-memory.ts'

/** Milliseconds from the end of one look to the next. */
const PERIOD = 15_000
/** Files of one folder that are looked at; more are more than a server may leave behind. */
const MOST_FILES = 100_000
const BLOCK = 512

/**
 * Tells when a folder that a server keeps holds more than this many bytes. A soft bound: nothing stops a
 * write. Looks again after a while, and keeps no program running.
 *
 * @param onOver told at each look that finds too much, with the bytes found so far.
 * @param period milliseconds between two looks.
 */
export function watchFolder(
  folder: string,
  bytes: number,
  onOver: (found: number) => void,
  period: number = PERIOD,
): Watch {
  let closed = false
  let timer: NodeJS.Timeout | undefined
  const next = () => {
    if (closed) return
    timer = setTimeout(look, period)
    timer.unref()
  }
  const look = () => {
    sizeOf(folder, bytes)
      .then((found) => {
        if (!closed && found > bytes) onOver(found)
      })
      .catch(() => undefined)
      .finally(next)
  }
  next()
  return {
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

/**
 * Bytes on disk of a folder and all in it, links not followed. Stops as soon as there are more than `most`;
 * a folder of too many files is too large.
 */
export async function sizeOf(folder: string, most: number): Promise<number> {
  let bytes = 0
  let files = 0
  for await (const size of sizesIn(folder)) {
    bytes += size
    files += 1
    if (files > MOST_FILES) return Number.POSITIVE_INFINITY
    if (bytes > most) break
  }
  return bytes
}

async function* sizesIn(folder: string): AsyncGenerator<number> {
  const folders = [folder]
  for (const each of folders) {
    for await (const entry of entriesOf(each)) {
      // What cannot be looked into may hold anything.
      if (entry === 'closed') {
        yield Number.POSITIVE_INFINITY
        continue
      }
      const path = join(each, entry.name)
      if (entry.isDirectory()) folders.push(path)
      yield await blocksOf(path)
    }
  }
}

async function* entriesOf(folder: string) {
  try {
    yield* await opendir(folder)
  } catch (error) {
    const gone = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
    if (!gone) yield 'closed' as const
  }
}

async function blocksOf(path: string): Promise<number> {
  try {
    return (await lstat(path)).blocks * BLOCK
  } catch {
    return 0
  }
}
