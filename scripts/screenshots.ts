// Takes the pictures of `docs/images/console/`: every page of the console in dark and light, before a
// gateway with real traffic. Run by hand, when pages have changed.
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildConsole } from './build-console.ts'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const FOLDER = join(ROOT, 'docs', 'images', 'console')
const WALK = 'test/browser/console-every-page.test.ts'
const MOST_BYTES = 6_000_000

await buildConsole()
rmSync(FOLDER, { recursive: true, force: true })
const { status } = spawnSync(
  process.execPath,
  [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', WALK, '-t', 'holds its policy'],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, BAILIWICK_SCREENSHOTS: FOLDER } },
)
if (status !== 0) throw new Error('the pages could not be walked')
const bytes = readdirSync(FOLDER).reduce((sum, name) => sum + statSync(join(FOLDER, name)).size, 0)
if (bytes > MOST_BYTES) throw new Error(`the pictures are ${bytes} bytes, more than ${MOST_BYTES}`)
