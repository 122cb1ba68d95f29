// Builds `dist/console/`, the static files of the console. With an argument: a stamp that is written
// beside them, by which `setup.mjs` knows what they were built from.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build, type Plugin } from 'vite'
import { OPERATIONS } from '../src/admin/operations.ts'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const DIST = join(ROOT, 'dist')
const COMPRESSED = /\.(js|css|html|svg|json)$/
const LINES = 'virtual:operation-lines'

/** What stands at the address of the console: nothing inline, nothing from elsewhere. */
export async function buildConsole(stamp?: string): Promise<void> {
  mkdirSync(DIST, { recursive: true })
  const fresh = join(DIST, `.console-${process.pid}`)
  try {
    await build({
      configFile: false,
      root: join(ROOT, 'src', 'console'),
      base: '/console/',
      logLevel: 'error',
      plugins: [operationLines()],
      build: {
        outDir: fresh,
        emptyOutDir: true,
        sourcemap: false,
        // What is inlined becomes a `data:` address, which the content security policy refuses.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
      },
    })
    compress(fresh)
    exchange(fresh, join(DIST, 'console'))
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  if (stamp !== undefined) writeFileSync(join(DIST, '.console-stamp'), stamp)
}

/** Where each operation of the administration is found: the console takes only types from there. */
function operationLines(): Plugin {
  const lines = Object.fromEntries(OPERATIONS.map(({ id, method, path }) => [id, [method, path]]))
  return {
    name: 'operation-lines',
    resolveId: (id) => (id === LINES ? `\0${LINES}` : undefined),
    load: (id) =>
      id === `\0${LINES}` ? `export const LINES = ${JSON.stringify(lines)}` : undefined,
  }
}

function compress(folder: string): void {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  for (const name of names.filter((one) => COMPRESSED.test(one))) {
    const file = join(folder, name)
    const bytes = readFileSync(file)
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
    const params = { [constants.BROTLI_PARAM_QUALITY]: 10 }
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }))
  }
}

/** A gateway that serves the files meanwhile finds either all of the old or all of the new ones. */
function exchange(fresh: string, place: string): void {
  const old = `${fresh}-old`
  try {
    renameSync(place, old)
  } catch {
    // There was none.
  }
  renameSync(fresh, place)
  rmSync(old, { recursive: true, force: true })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await buildConsole(process.argv[2])
