import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { SandboxMount, SandboxProfile } from '../../kernel/sandbox.ts'
import { isWithin } from '../profile/paths.ts'
import type { BasePart } from './base.ts'

/**
 * Where a program that is named inside stands on this machine: below the deepest mount that shows its path,
 * or in the system. Undefined when the sandbox does not show it. A path that is relative to the folder
 * that the server starts in is not looked at, and taken to be there.
 */
export function programOf(
  name: string | undefined,
  searchPath: string,
  { fs }: Pick<SandboxProfile, 'fs'>,
  base: readonly BasePart[],
): string | undefined {
  if (name === undefined || name === '') return undefined
  const mounts = [...fs.ro, ...fs.rw].toSorted((a, b) => b.to.length - a.to.length)
  if (name.startsWith('/')) return shown(name, mounts, base)
  if (name.includes('/')) return name
  const folders = searchPath.split(':').filter((folder) => folder.startsWith('/'))
  return folders.map((folder) => shown(join(folder, name), mounts, base)).find(Boolean)
}

function shown(
  path: string,
  mounts: readonly SandboxMount[],
  base: readonly BasePart[],
): string | undefined {
  const mount = mounts.find(({ to }) => isWithin(path, to))
  if (mount !== undefined) {
    const at = join(mount.from, path.slice(mount.to.length))
    return existsSync(at) ? at : undefined
  }
  const inBase = base.some((part) => isWithin(path, part.kind === 'link' ? part.path : part.as))
  return inBase && existsSync(path) ? path : undefined
}
