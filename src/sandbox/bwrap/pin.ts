import { closeSync, fstatSync, openSync, readlinkSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SandboxRefusal } from '../../kernel/sandbox.ts'

// Linux: opens the place, not its content, so it works for anything that can be looked up.
const O_PATH = 0o10000000

/** What stands at a path, held fast: later changes of the path do not change it. */
export type Pinned =
  | { readonly fd: number; readonly folder: boolean }
  | { readonly refused: SandboxRefusal }

const REFUSED: Readonly<Record<string, SandboxRefusal>> = {
  ENOENT: 'path_missing',
  ENOTDIR: 'path_missing',
  EACCES: 'path_not_reachable',
  EPERM: 'path_not_reachable',
  ELOOP: 'path_changed',
}

/**
 * Opens what stands at a path that was checked before. A path is checked with all links resolved; when
 * what is opened lies elsewhere now, some part of it has become a link since, and it is refused.
 */
export function pin(path: string): Pinned {
  let fd: number
  try {
    fd = openSync(path, O_PATH)
  } catch (error) {
    return { refused: REFUSED[(error as NodeJS.ErrnoException).code ?? ''] ?? 'path_refused' }
  }
  const refused = faultOf(fd, path)
  if (refused !== undefined) {
    closeSync(fd)
    return { refused }
  }
  return { fd, folder: fstatSync(fd).isDirectory() }
}

function faultOf(fd: number, path: string): SandboxRefusal | undefined {
  if (readlinkSync(`/proc/self/fd/${fd}`) !== resolve(path)) return 'path_changed'
  const is = fstatSync(fd)
  if (is.isSocket()) return 'path_holds_socket'
  return is.isDirectory() || is.isFile() ? undefined : 'path_refused'
}
