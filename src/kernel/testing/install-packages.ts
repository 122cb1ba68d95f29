import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** Milliseconds for packages to arrive. */
const TIMEOUT = 180_000
const ENV = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  DEBIAN_FRONTEND: 'noninteractive',
}

/**
 * Installs packages of Debian that tests need, as root. Tests of several files ask at once, and apt lets
 * one in at a time: they wait for each other.
 */
export async function installPackages(...names: readonly string[]): Promise<void> {
  const options = { timeout: TIMEOUT, env: ENV }
  const apt = (...args: readonly string[]) =>
    run('flock', [join(tmpdir(), 'bailiwick-apt.lock'), 'apt-get', ...args], options)
  await apt('update', '-q')
  const patient = ['-o', 'DPkg::Lock::Timeout=120']
  await apt(...patient, 'install', '-y', '-q', '--no-install-recommends', ...names)
}
