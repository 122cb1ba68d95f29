import { execFile } from 'node:child_process'
import { chmod, chown, lstat, mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { SandboxProfile } from '../../kernel/sandbox.ts'
import type { HostIdentity } from './identity.ts'

/** The gateway's own folders of servers, which are the only ones whose owner it changes. */
const PRIVATE = 0o700

/**
 * Makes the folder that stays for a server, where its profile has one, and gives it to whoever the server
 * runs as. What is in it already is given along when the server ran as somebody else before.
 *
 * @throws Error when it cannot be made or given.
 */
export async function makeOwnFolder(
  { fs: { state } }: Pick<SandboxProfile, 'fs'>,
  identity: HostIdentity,
): Promise<void> {
  if (state === undefined) return
  const made = await mkdir(state, { recursive: true, mode: PRIVATE })
  if (identity === 'same') return
  const { uid } = identity
  const before = await lstat(state)
  if (before.uid === uid || !before.isDirectory()) return
  if (made === undefined) {
    // by descriptors and without following links: what is in there was made by a server
    await promisify(execFile)('chown', ['-R', '-h', '-P', `${uid}:${uid}`, '--', state], {
      env: { PATH: '/usr/bin:/bin' },
    })
    return
  }
  await chown(state, uid, uid)
  await chmod(state, PRIVATE)
}
