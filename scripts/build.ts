import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, globSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildConsole } from './build-console.ts'

// Builds `dist/`, what the package runs: JavaScript, the files that the sources read, and the console.

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const source = join(root, 'src')
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const project = join(root, 'tsconfig.build.json')
const { status } = spawnSync(process.execPath, [tsc, '-p', project], {
  cwd: root,
  stdio: 'inherit',
})
// The compiler has said why.
if (status !== 0) process.exit(1)

const assets = globSync('**/*.*', {
  cwd: source,
  exclude: (path) => /\.(ts|md)$|(^|\/)testing(\/|$)|^console(\/|$)/.test(path),
})
for (const asset of assets)
  cpSync(join(source, asset), join(dist, asset), { recursive: true, force: true })

await buildConsole()

const main = join(dist, 'cli', 'main.js')
if (existsSync(main)) chmodSync(main, 0o755)
process.stderr.write(`built ${relative(root, dist)}/ with ${assets.length} assets\n`)
