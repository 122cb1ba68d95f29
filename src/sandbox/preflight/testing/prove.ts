import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { uidOf } from '../../testing/gateway.ts'
import type { Preflight } from '../preflight.ts'

/** What a sandbox under test lacks. */
export type Weakness =
  | 'none'
  | 'open'
  | 'network'
  | 'unix-sockets'
  | 'limits'
  | 'environment'
  | 'tree'

export interface ProveRequest {
  readonly bwrap: string
  readonly dataDir: string
  readonly weakness: Weakness
  readonly version: string
  readonly fresh: boolean
}

/** Proves the sandbox of this machine, in a process of its own. */
export async function prove(
  as: 'root' | 'somebody',
  bwrap: string,
  dataDir: string,
  more: Partial<ProveRequest> = {},
): Promise<Preflight> {
  const asked: ProveRequest = {
    ...{ bwrap, dataDir, weakness: 'none', version: '1', fresh: false },
    ...more,
  }
  const uid = uidOf(as)
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'prove-program.ts'),
      JSON.stringify(asked),
    ],
    {
      ...(process.getuid?.() === 0 ? { uid, gid: uid } : {}),
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  return JSON.parse(await text(child.stdout))
}
