import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A place for a gateway's data in which writing can be made to fail, and to work again. */
export interface SmallDisk {
  readonly folder: string
  /** From now on the process can write nothing but what fits into blocks that it has already. */
  fill(pid: number): void
  free(pid: number): void
  remove(): void
}

/** A file system of its own, 4 MiB large: full, it answers `ENOSPC`. Only root may mount it. */
export function smallFileSystem(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder])
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill: () => {
      for (const size of [65_536, 4_096]) writeUntilFull(ballast, Buffer.alloc(size))
    },
    free: () => rmSync(ballast),
    remove: () => {
      execFileSync('umount', [folder])
      rmSync(folder, { recursive: true })
    },
  }
}

function writeUntilFull(file: string, chunk: Buffer): void {
  try {
    for (;;) appendFileSync(file, chunk)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}

/** A folder whose files the gateway may not make larger: growing one answers `EFBIG`. */
export function smallFiles(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-disk-'))
  const limit = (pid: number, bytes: string): void => {
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`])
  }
  return {
    folder,
    fill: (pid) => limit(pid, '1024'),
    free: (pid) => limit(pid, 'unlimited'),
    remove: () => rmSync(folder, { recursive: true }),
  }
}
