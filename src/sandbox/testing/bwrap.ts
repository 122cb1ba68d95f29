import { execFile } from 'node:child_process'
import { access, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { installPackages } from '../../kernel/testing/install-packages.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../../..')
/** Where one is unpacked that this user may not install. */
const CACHE = join(ROOT, 'node_modules/.cache/bubblewrap')
/** Milliseconds for a package to arrive. */
const TIMEOUT = 180_000

/**
 * A bubblewrap to test with: that of the machine; else one that is installed now, for root, or unpacked
 * beside the modules, for anybody else.
 *
 * @throws Error that names it when there is none to be had.
 */
export async function findBwrap(): Promise<string> {
  const places = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', join(CACHE, 'usr/bin/bwrap')]
  const found = await firstOf(places)
  if (found !== undefined) return found
  try {
    await (process.getuid?.() === 0 ? installPackages('bubblewrap') : unpack())
  } catch (error) {
    throw new Error('the tests need bubblewrap (`bwrap`), which could not be installed', {
      cause: error,
    })
  }
  const made = await firstOf(places)
  if (made === undefined) throw new Error('the tests need bubblewrap (`bwrap`), which is not here')
  return made
}

async function unpack(): Promise<void> {
  await mkdir(CACHE, { recursive: true })
  const options = { timeout: TIMEOUT, cwd: CACHE, env: PATHS }
  await run('apt-get', ['download', '-q', 'bubblewrap'], options)
  const archive = (await readdir(CACHE)).find((name) => name.endsWith('.deb'))
  await run('dpkg', ['-x', archive ?? 'bubblewrap.deb', CACHE], options)
}

const PATHS = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }

async function firstOf(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path
  }
  return undefined
}
