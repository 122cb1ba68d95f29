import { GatewayError } from '../../kernel/errors.ts'
import type { PackageEcosystem } from '../../kernel/packages.ts'
import { readNpmLock } from './npm-lock.ts'
import { readPypiLock } from './pypi-lock.ts'

/** One package that a lockfile pins. */
export interface LockedPackage {
  /** Where it is installed, such as `node_modules/a/node_modules/b`: unique in a lockfile. */
  readonly place: string
  readonly name: string
  readonly version: string
  /** Subresource integrities; the archive has to have one of them. Empty: it comes inside of another. */
  readonly integrity: readonly string[]
  /** Where its archive came from, if that is written down. */
  readonly resolved: string | undefined
  readonly license: string | undefined
  /** Whether it may be missing, and whether only developers get it. */
  readonly optional: boolean
  readonly dev: boolean
  /** Whether it has a script that runs when it is installed. */
  readonly scripted: boolean
  /** Places of the packages that it needs. */
  readonly needs: readonly string[]
}

/** What a lockfile pins. */
export interface Lock {
  /** Places of the packages that were asked for. */
  readonly roots: readonly string[]
  readonly packages: ReadonlyMap<string, LockedPackage>
}

/** Characters of a lockfile. */
const LONGEST = 16 * 1024 * 1024

/**
 * Reads a lockfile: `package-lock.json` (version 2 or 3), or the requirements with hashes that `uv pip
 * compile` writes.
 *
 * @throws GatewayError `package_refused` (`lock_changed`) for anything else.
 */
export function readLock(ecosystem: PackageEcosystem, text: string): Lock {
  try {
    if (text.length > LONGEST) throw new Error('the lockfile is too large')
    return ecosystem === 'npm' ? readNpmLock(text) : readPypiLock(text)
  } catch (error) {
    throw unreadable(error)
  }
}

function unreadable(cause: unknown): GatewayError {
  const data = { reason: 'lock_changed', fix: 'install the package again' }
  return new GatewayError('package_refused', 'the lockfile cannot be read', { cause, data })
}
