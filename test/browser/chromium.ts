import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import packed from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

/** Where Chromium and its kin are found when they are installed. */
const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/**
 * Flags for the browser. Names under `.example` are this machine. The sandbox needs rights that root and
 * containers lack; nothing but our own pages is opened. Whatever else is a browser's protection stays on.
 */
const FLAGS = ['--no-sandbox', '--host-resolver-rules=MAP *.example 127.0.0.1']

/**
 * Starts Chromium: the one that `BAILIWICK_CHROMIUM` names, or an installed one, or the one that a
 * development dependency carries. Downloads nothing.
 *
 * @throws when none can be started; says why, and what to do.
 */
export async function launchChromium(): Promise<Browser> {
  const failures: string[] = []
  for (const [name, find] of candidates())
    try {
      const executablePath = await find()
      if (executablePath !== undefined)
        return await chromium.launch({ executablePath, args: FLAGS, headless: true })
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : error}`)
    }
  throw new Error(
    `no Chromium can be started for the browser tests. Install Chromium or Chrome, or set BAILIWICK_CHROMIUM to its program.\n${failures.join('\n')}`,
  )
}

type Candidate = readonly [name: string, find: () => Promise<string | undefined>]

function candidates(): readonly Candidate[] {
  const { BAILIWICK_CHROMIUM: chosen } = process.env
  if (chosen !== undefined) return [['BAILIWICK_CHROMIUM', async () => chosen]]
  const paths = [...INSTALLED, chromium.executablePath()]
  const installed = paths.filter((path) => path !== '' && existsSync(path))
  return [
    ...installed.map((path): Candidate => [path, async () => path]),
    ['@sparticuz/chromium', carriedChromium],
  ]
}

/** The program of the browser that the dependency carries, unpacked once for all runs. */
export async function carriedChromium(): Promise<string> {
  const manifest = join(
    dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')),
    '..',
  )
  const { version } = JSON.parse(readFileSync(join(manifest, 'package.json'), 'utf8'))
  const cache = join('node_modules', '.cache')
  const folder = join(cache, `chromium-${version}`)
  const program = join(process.cwd(), folder, 'chromium')
  if (existsSync(program)) return program
  mkdirSync(cache, { recursive: true })
  const fresh = mkdtempSync(join(process.cwd(), cache, 'unpacking-'))
  const { TMPDIR } = process.env
  try {
    // The package knows no other way to say where to.
    process.env['TMPDIR'] = fresh
    await packed.executablePath()
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = TMPDIR
  }
  try {
    renameSync(fresh, folder)
  } catch (error) {
    // Another test file was first.
    rmSync(fresh, { recursive: true, force: true })
    if (!existsSync(program)) throw error
  }
  return program
}
