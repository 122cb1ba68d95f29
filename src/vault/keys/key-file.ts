import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, lstat, mkdir, open, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { refused } from '../logins/refused.ts'

const MOST_BYTES = 1_048_576

/** A file as it was read, and what the file system said of it then. */
export interface KeyFile {
  readonly bytes: Buffer
  readonly mark: string
}

/**
 * Reads a file that must be the account's own and closed to all others.
 *
 * @returns undefined when there is none.
 * @throws GatewayError `credential_unavailable` for links, other kinds of files, and what others may read.
 */
export async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  const handle = await opened(path)
  if (handle === undefined) return undefined
  try {
    const about = await handle.stat({ bigint: true })
    if (!about.isFile()) throw refused(`the key file \`${path}\` is no plain file`)
    if (process.platform !== 'win32') checkOwner(path, Number(about.uid), Number(about.mode))
    if (about.size > MOST_BYTES) throw refused(`the key file \`${path}\` is larger than 1 MiB`)
    return { bytes: await handle.readFile(), mark: markOf(about) }
  } finally {
    await handle.close()
  }
}

async function opened(path: string) {
  try {
    // Without waiting: a pipe would never answer.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
    return await open(path, flags)
  } catch (cause) {
    const code = codeOf(cause)
    if (code === 'ENOENT') return undefined
    const why = code === 'ELOOP' ? 'is a link; name the file itself' : `cannot be read (${code})`
    throw refused(`the key file \`${path}\` ${why}`, cause)
  }
}

function checkOwner(path: string, uid: number, mode: number): void {
  if (uid !== process.getuid?.())
    throw refused(
      `the key file \`${path}\` belongs to another account; give it to that of the gateway`,
    )
  if ((mode & 0o077) !== 0)
    throw refused(
      `the key file \`${path}\` can be read by others; run \`chmod 600\` on it, and if others did read it, \`bailiwick vault rotate\``,
    )
}

/** What changes whenever the file does; undefined when it is gone. */
export async function markAt(path: string): Promise<string | undefined> {
  try {
    return markOf(await lstat(path, { bigint: true }))
  } catch {
    return undefined
  }
}

function markOf(about: { ino: bigint; size: bigint; mtimeNs: bigint; ctimeNs: bigint }): string {
  return [about.ino, about.size, about.mtimeNs, about.ctimeNs].join(' ')
}

/** Makes the file, with all of its text or not at all. @returns false when it is there: it is left alone. */
export async function createKeyFile(path: string, bytes: Uint8Array): Promise<boolean> {
  const draft = await drafted(path, bytes)
  try {
    await link(draft, path)
    await syncFolder(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw unwritable(path, error)
  } finally {
    await unlink(draft)
  }
}

/**
 * Replaces the file in one step, while nobody else does.
 *
 * @param change gives the new text from what is there now.
 * @throws GatewayError `credential_unavailable` when somebody else is at it.
 */
export async function changeKeyFile(
  path: string,
  change: () => Promise<Uint8Array>,
): Promise<void> {
  const lock = `${path}.lock`
  await locked(lock)
  try {
    const draft = await drafted(path, await change())
    await rename(draft, path)
    await syncFolder(path)
  } finally {
    await unlink(lock).catch(() => {})
  }
}

/** Milliseconds after which a lock is that of a process that is gone. */
const STALE = 120_000

async function locked(lock: string): Promise<void> {
  const take = async () => (await open(lock, 'wx', 0o600)).close()
  try {
    await take()
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(lock, error)
    const about = await stat(lock).catch(() => undefined)
    if (about !== undefined && Date.now() - about.mtimeMs < STALE)
      throw refused('the key file is being changed by somebody else; try again in a moment', error)
    await unlink(lock).catch(() => {})
    await take().catch((cause: unknown) => {
      throw refused('the key file is being changed by somebody else; try again in a moment', cause)
    })
  }
}

async function drafted(path: string, bytes: Uint8Array): Promise<string> {
  const folder = dirname(path)
  const draft = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const handle = await open(draft, 'wx', 0o600)
    try {
      // The mode given to open is cut by the umask.
      await handle.chmod(0o600)
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    return draft
  } catch (error) {
    await unlink(draft).catch(() => {})
    throw unwritable(path, error)
  }
}

/** A name that is not durable is no name: rows would be sealed under a key that a crash loses. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function unwritable(path: string, cause: unknown): Error {
  return refused(
    `\`${path}\` cannot be written (${codeOf(cause)}); look at the free space of its disk and the rights of its folder`,
    cause,
  )
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code
}
