import { closeSync, fdatasync, fdatasyncSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

/** Makes SQLite's write-ahead log durable from outside SQLite. */
export interface WalSync {
  /**
   * Resolves when everything committed before is on disk. Rejects when the disk failed, and ever
   * after: the kernel may have dropped the pages that it could not write, so a later success
   * proves nothing, and only the recovery of a new start can tell what the file holds.
   */
  sync(): Promise<void>
  close(): void
}

/** Syncs in the thread that calls: for one that has nothing else to do, two changes of thread less. */
export const syncHere = async (file: number): Promise<void> => fdatasyncSync(file)

/**
 * Opens the log of the database at `path`, which must exist already and must stay open in SQLite.
 *
 * SQLite with `synchronous = full` syncs the log inside each commit and stops the event loop for
 * as long as the disk takes. With `normal` it leaves just this sync out (and keeps those around
 * checkpoints), so that syncing here, in the thread pool, before a commit is acknowledged, gives
 * the same promise. The log has no POSIX locks that a second descriptor could drop.
 */
export function walSync(path: string, syncFile = promisify(fdatasync)): WalSync {
  const log = openSync(`${path}-wal`, 'r+')
  // SQLite would sync the new names of its files at its first own sync.
  const directory = openSync(dirname(path), 'r')
  fsyncSync(directory)
  closeSync(directory)
  let failure: unknown
  return {
    sync: async () => {
      if (failure === undefined) {
        try {
          return await syncFile(log)
        } catch (error) {
          failure = error
        }
      }
      throw new Error('the database could not be synced; it needs a restart', { cause: failure })
    },
    close: () => closeSync(log),
  }
}
