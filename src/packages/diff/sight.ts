import { hash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { InstalledPackage } from '../../kernel/packages.ts'
import { readLock } from '../lock/lock.ts'
import { readPlain } from '../store/read-plain.ts'
import { walk } from '../store/walk.ts'
import type { PackageSight } from './diff.ts'

const LONGEST_MANIFEST = 1 << 20

/**
 * Reads what an artifact on this machine is compared by: its manifests, and every file of it.
 *
 * @param lock Text of its lockfile.
 * @throws GatewayError as `readLock` does; `TreeFault`, or an error of the file system.
 */
export async function readSight(installed: InstalledPackage, lock: string): Promise<PackageSight> {
  const { folder, name, ecosystem } = installed
  const manifestAt = (place: string): string | undefined =>
    readPlain(join(folder, place, 'package.json'), LONGEST_MANIFEST)
  const files = new Map<string, string>()
  let size = 0
  await walk(folder, ({ path, absolute, stats }) => {
    if (stats.isSymbolicLink()) files.set(path, `link ${readlinkSync(absolute)}`)
    if (!stats.isFile()) return
    files.set(path, hash('sha256', readFileSync(absolute)))
    size += stats.size
  })
  const sight = { package: installed, lock, files, size }
  if (ecosystem !== 'npm') return sight
  const scripted = [...readLock(ecosystem, lock).packages.values()].flatMap((one) => {
    const text = one.scripted ? manifestAt(one.place) : undefined
    return text === undefined ? [] : [[`${one.name}@${one.version}`, text] as const]
  })
  const manifest = manifestAt(`node_modules/${name}`)
  return { ...sight, scripted: new Map(scripted), ...(manifest !== undefined && { manifest }) }
}
