import type { Dirent, Stats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** How deep below a mount, and how many files of it, are looked at. */
const DEEPEST = 2
const MOST = 4_096

/**
 * A socket, a pipe or a device at a path or in the top levels below it: whoever reaches it talks to
 * something outside of the sandbox. Undefined when there is none. Follows no links.
 */
export async function firstSpecial(path: string): Promise<string | undefined> {
  const stat = await statOf(path)
  if (stat === undefined) return undefined
  if (isSpecial(stat)) return path
  let folders = stat.isDirectory() ? [path] : []
  let left = MOST
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const entries = (await Promise.all(folders.slice(0, left).map(entriesOf))).flat().slice(0, left)
    const special = entries.find(isSpecial)
    if (special !== undefined) return join(special.parentPath, special.name)
    left -= entries.length
    folders = entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
  }
  return undefined
}

function isSpecial(entry: Stats | Dirent): boolean {
  return entry.isSocket() || entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO()
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch {
    return undefined
  }
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
