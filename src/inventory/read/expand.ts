import { readdir } from 'node:fs/promises'
import { join, parse, sep } from 'node:path'

/** A folder with more entries than this is not one that a host fills. */
const MAX_FOUND = 500

/** The paths that a path with parts `*` or `*.ext` means, sorted; the path itself where it has none. */
export async function expand(path: string): Promise<readonly string[]> {
  const { root } = parse(path)
  const parts = path.slice(root.length).split(sep)
  if (!parts.some((part) => part.startsWith('*'))) return [path]
  let found: readonly string[] = [root]
  for (const part of parts) {
    const next: string[] = []
    for (const folder of found) {
      if (next.length > MAX_FOUND) break
      const names = part.startsWith('*') ? await namesIn(folder, part.slice(1)) : [part]
      next.push(...names.map((name) => join(folder, name)))
    }
    found = next.slice(0, MAX_FOUND)
  }
  return found
}

async function namesIn(folder: string, end: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder)
    return names.filter((name) => name.endsWith(end)).sort()
  } catch {
    return []
  }
}
