// Runs before anything else, on whatever Node the machine has (20 or later): installs exactly what
// the lockfile says, once per lockfile, and builds the console, once per what it is built from. Plain JavaScript, no dependencies. What follows it in a script
// of package.json must be a new `npm run`: a shell that has looked up `node` once stays with the old one.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
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

const built = join(root, 'dist', '.console-stamp')
const current = consoleStamp()
if (!existsSync(built) || readFileSync(built, 'utf8') !== current) {
  process.stderr.write('Setting up: building the console …\n')
  const node = join(
    root,
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  )
  const { status } = spawnSync(node, [join(root, 'scripts', 'build-console.ts'), current], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) {
    process.stderr.write('Setting up failed: the console cannot be built; the reason is above.\n')
    process.exit(10)
  }
}

// Of everything that the console is built from: its sources, the lines of the operations, the libraries.
function consoleStamp() {
  const hash = createHash('sha256').update(wanted)
  for (const folder of ['src/console', 'src/admin'])
    for (const name of readdirSync(join(root, folder), { recursive: true }).map(String).sort())
      if (/(?<!\.test)\.(tsx?|css|html|svg)$/.test(name))
        hash.update(`\0${folder}/${name}\0`).update(readFileSync(join(root, folder, name)))
  return hash.update(readFileSync(join(root, 'scripts', 'build-console.ts'))).digest('hex')
}
