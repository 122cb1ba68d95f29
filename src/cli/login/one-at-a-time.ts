import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sha256 } from '../../kernel/hash.ts'
import { createFile, makePrivateFolder, readPrivateFile } from '../private-file.ts'

/** Milliseconds between two looks at whether the other program is done. */
const LOOK = 250

/**
 * Runs something for an address while no other program of this machine does: hosts start many
 * programs at once, and each would open a browser page.
 */
export async function oneAtATime<T>(
  dataDir: string,
  address: string,
  run: () => Promise<T>,
): Promise<T> {
  const folder = join(dataDir, 'logins')
  makePrivateFolder(folder)
  const path = join(folder, `${sha256(address).slice(0, 24)}.lock`)
  while (!createFile(path, `${process.pid}\n`)) {
    if (isLeftBehind(path)) rmSync(path, { force: true })
    else await sleep(LOOK)
  }
  try {
    return await run()
  } finally {
    rmSync(path, { force: true })
  }
}

function isLeftBehind(path: string): boolean {
  const pid = Number(readPrivateFile(path) ?? process.pid)
  if (!Number.isSafeInteger(pid) || pid <= 0) return true
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
