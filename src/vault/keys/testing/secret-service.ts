import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { installPackages } from '../../../kernel/testing/install-packages.ts'

const run = promisify(execFile)
const PATHS = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }

/** A Secret Service of a test's own, on a bus of its own. */
export interface SecretService {
  /** Of the bus: what `DBUS_SESSION_BUS_ADDRESS` is to be. */
  readonly address: string
  stop(): Promise<void>
}

/**
 * Starts GNOME Keyring, unlocked, with its files in a folder of its own. For root, it is installed where
 * it is missing.
 *
 * @returns undefined where there is no such thing.
 * @throws Error that names it when it could not be installed.
 */
export async function startSecretService(): Promise<SecretService | undefined> {
  if (process.platform !== 'linux') return undefined
  if (!(await found()))
    throw new Error('the tests need a Secret Service (`gnome-keyring`, `dbus`), which is not here')
  const home = await mkdtemp(join(tmpdir(), 'bailiwick-keyring-'))
  const env = { ...PATHS, HOME: home, XDG_DATA_HOME: home, XDG_RUNTIME_DIR: home }
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [first] = (await once(bus.stdout, 'data')) as [Buffer]
  const address = first.toString('utf8').trim()
  const keyring = spawn(
    'gnome-keyring-daemon',
    ['--foreground', '--unlock', '--components=secrets'],
    {
      env: { ...env, DBUS_SESSION_BUS_ADDRESS: address },
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  )
  keyring.stdin.end('password')
  await answers(env, address)
  return {
    address,
    async stop() {
      await Promise.all([keyring, bus].map(ended))
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}

/** Waits until the name is taken on the bus and the collection is there. */
async function answers(env: NodeJS.ProcessEnv, address: string): Promise<void> {
  const ask = [
    ...['--session', '--print-reply', '--dest=org.freedesktop.secrets'],
    ...['/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.ReadAlias', 'string:login'],
  ]
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      const options = { env: { ...env, DBUS_SESSION_BUS_ADDRESS: address } }
      const { stdout } = await run('dbus-send', ask, options)
      if (stdout.includes('/collection/')) return
    } catch {
      // Not there yet.
    }
    await sleep(25)
  }
  throw new Error('the secret service did not become ready')
}

async function found(): Promise<boolean> {
  if (await installed()) return true
  if (process.getuid?.() !== 0) return false
  await installPackages('gnome-keyring', 'dbus').catch(() => undefined)
  return installed()
}

async function installed(): Promise<boolean> {
  const programs = ['gnome-keyring-daemon', 'dbus-daemon', 'dbus-send']
  const there = programs.map((name) =>
    access(`/usr/bin/${name}`).then(
      () => true,
      () => false,
    ),
  )
  return !(await Promise.all(there)).includes(false)
}
