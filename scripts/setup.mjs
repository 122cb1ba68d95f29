// Runs before anything else, on whatever Node the machine has (20 or later): installs exactly what
// the lockfile says, once per lockfile. Plain JavaScript, no dependencies. What follows it in a script
// of package.json must be a new `npm run`: a shell that has looked up `node` once stays with the old one.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'node_modules', '.bailiwick-setup')
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  process.stderr.write('Setting up: installing the dependencies that package-lock.json names …\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (status !== 0) {
    process.stderr.write('Setting up failed: `npm ci` did not succeed; its message is above.\n')
    process.exit(10)
  }
  writeFileSync(stamp, wanted)
}
