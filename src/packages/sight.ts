import { join } from 'node:path'
import type { PackageSight } from './diff/diff.ts'
import { readLock } from './lock/lock.ts'
import type { PackageEntry } from './rows.ts'
import { readPlain } from './store/read-plain.ts'
import { digestTree } from './store/tree.ts'

/** Bytes of a manifest. */
const LONGEST = 2 << 20

/**
 * An artifact with everything that a person compares it by. Files that cannot be read are left out: the
 * lockfile, which is of the database, is compared in any case.
 *
 * @throws GatewayError `package_refused` when its lockfile cannot be read.
 */
export async function sightOf(entry: PackageEntry, lock: string): Promise<PackageSight> {
  const { folder, name, ecosystem } = entry
  if (ecosystem !== 'npm') return { package: entry, lock }
  const manifest = readPlain(join(folder, 'node_modules', name, 'package.json'), LONGEST)
  const scripted = new Map<string, string>()
  for (const { place, name: other, version } of readLock(ecosystem, lock).packages.values()) {
    const owner = `${other}@${version}`
    if (!entry.scripted.includes(owner)) continue
    const text = readPlain(join(folder, place, 'package.json'), LONGEST)
    if (text !== undefined) scripted.set(owner, text)
  }
  const sight = { package: entry, lock, scripted, ...(manifest !== undefined && { manifest }) }
  const files = new Map<string, string>()
  try {
    const { bytes } = await digestTree(folder, [], (path, digest) => files.set(path, digest))
    return { ...sight, files, size: bytes }
  } catch {
    return sight
  }
}
