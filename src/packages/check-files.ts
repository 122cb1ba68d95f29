import { join } from 'node:path'
import { sha256 } from '../kernel/hash.ts'
import type { PackageRefusal } from '../kernel/packages.ts'
import type { PackageEntry } from './rows.ts'
import { readPlain } from './store/read-plain.ts'
import { digestTree, stampTree } from './store/tree.ts'
import { TreeFault } from './store/walk.ts'

/** Bytes of a lockfile. */
export const LONGEST_LOCK = 16 << 20
export const LOCKFILES = { npm: 'package-lock.json', pypi: 'requirements.lock' } as const

/** What is wrong with files. */
export interface FileFault {
  readonly reason: Extract<PackageRefusal, 'not_installed' | 'tree_changed' | 'lock_changed'>
  readonly why: string
}

/** Holds files to the digests of the database. */
export interface FileCheck {
  /**
   * What is wrong with the files of an artifact; undefined when every byte is the approved one. Reads them
   * all the first time, and afterwards only when the file system says that something was touched.
   */
  check(entry: PackageEntry): Promise<FileFault | undefined>
  /** The same, reading all of them in any case. */
  recheck(entry: PackageEntry): Promise<FileFault | undefined>
}

/** @param outside Where links of an artifact may lead besides into its own folder. */
export function fileCheck(outside: (entry: PackageEntry) => readonly string[]): FileCheck {
  /** What the file system said of a folder when its content was right. */
  const known = new Map<string, string>()
  async function recheck(entry: PackageEntry): Promise<FileFault | undefined> {
    const { folder, ecosystem } = entry
    known.delete(folder)
    try {
      // Before it is read and after: what changes in between was not read as it is.
      const before = await stampTree(folder)
      const lock = readPlain(join(folder, LOCKFILES[ecosystem]), LONGEST_LOCK)
      if (lock === undefined || sha256(lock) !== entry.lock)
        return { reason: 'lock_changed', why: 'its lockfile is not the one that was installed' }
      const { digest } = await digestTree(folder, outside(entry))
      if (digest !== entry.tree || (await stampTree(folder)) !== before)
        return { reason: 'tree_changed', why: 'its files are not those that were installed' }
      known.set(folder, stampFor(entry, before))
      return undefined
    } catch (error) {
      return faultOf(error)
    }
  }
  return {
    recheck,
    async check(entry) {
      const { folder } = entry
      const stamp = known.get(folder)
      if (stamp === undefined) return recheck(entry)
      try {
        if (stampFor(entry, await stampTree(folder)) === stamp) return undefined
      } catch (error) {
        known.delete(folder)
        return faultOf(error)
      }
      return recheck(entry)
    },
  }
}

function stampFor({ tree, lock }: PackageEntry, stamp: string): string {
  return `${tree} ${lock} ${stamp}`
}

function faultOf(error: unknown): FileFault {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return { reason: 'not_installed', why: 'files of it are not there' }
  if (error instanceof TreeFault) return { reason: 'tree_changed', why: error.message }
  return { reason: 'tree_changed', why: `its files cannot be read (${code ?? 'unknown'})` }
}
