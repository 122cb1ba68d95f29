import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { type RunningGateway, type ServerConfig, startGateway } from '../support/gateway.ts'
import { PASSWORD, setUpOwner } from '../support/owner.ts'
import { launchChromium } from './chromium.ts'
import { type Login, type Operator, openOperator } from './operator.ts'
import { signIn } from './steps.ts'

export type Theme = 'dark' | 'light'

/** The console of a gateway that runs, as one person sees it. */
export interface ConsoleTab {
  readonly page: Page
  /** Opens a path below `/console`, and waits until nothing is on its way any more. */
  visit(path: string): Promise<void>
  theme(theme: Theme): Promise<void>
  /** Writes `NAME-THEME.png` into `BAILIWICK_SCREENSHOTS`, when that names a folder. */
  screenshot(name: string): Promise<void>
  /**
   * What axe finds on the page as it is: rules of WCAG 2.0 to 2.2, A and AA, and its best practices; or
   * only what another theme can change.
   */
  axe(rules?: 'all' | 'colours'): Promise<readonly string[]>
  /**
   * Fails when the browser's console has seen an error or a broken content security policy, or when
   * anything was asked of another origin.
   */
  expectClean(): void
}

/** A gateway with its owner, and browsers before its console. */
export interface ConsoleScene {
  readonly gateway: RunningGateway
  /** Who can sign in: the owner. */
  readonly owner: Login
  readonly operator: Operator
  /** A browser of its own in which somebody has signed in; the owner if not given. */
  open(options?: OpenOptions): Promise<ConsoleTab>
  close(): Promise<void>
}

interface OpenOptions {
  readonly as?: Login
  readonly theme?: Theme
  /** Axe has to write a script into the page, which the policy refuses: only for its own checks. */
  readonly policy?: 'holds' | 'off for axe'
  /** Nobody signs in. */
  readonly anonymous?: boolean
}

const SIZE = { width: 1440, height: 900 }
const OWNER: Login = { user: 'owner', password: PASSWORD }

/** Starts a gateway as a user does, sets up its owner, and a browser. The console has to be built. */
export async function openConsole(
  servers: Readonly<Record<string, ServerConfig>> = {},
  config: Readonly<Record<string, unknown>> = {},
): Promise<ConsoleScene> {
  if (!existsSync('dist/console/index.html'))
    throw new Error('the console is not built: `node scripts/setup.mjs` builds it')
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const end of opened.toReversed()) await end()
  }
  try {
    const gateway = await startGateway(servers, config)
    opened.push(gateway.stop)
    await setUpOwner(gateway)
    const operator = await openOperator(gateway)
    opened.push(operator.done)
    useFonts()
    const browser = await launchChromium()
    opened.push(() => browser.close())
    return {
      gateway,
      operator,
      owner: OWNER,
      open: (options = {}) => openTab(browser, gateway.issuer, options),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function openTab(
  browser: Browser,
  origin: string,
  { as = OWNER, theme = 'dark', policy = 'holds', anonymous = false }: OpenOptions,
): Promise<ConsoleTab> {
  const context = await browser.newContext({
    viewport: SIZE,
    colorScheme: theme,
    reducedMotion: 'reduce',
    bypassCSP: policy !== 'holds',
    locale: 'en-GB',
    timezoneId: 'UTC',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(15_000)
  const faults = watch(context, origin)
  const page = await context.newPage()
  const tab: ConsoleTab = { page, ...actions(page, origin, theme, faults) }
  if (anonymous) return tab
  await page.goto(`${origin}/oauth/account/login?return_to=%2Fconsole%2F`)
  await signIn(page, as)
  await page.waitForURL(`${origin}/console/**`)
  await settled(page)
  return tab
}

function actions(
  page: Page,
  origin: string,
  first: Theme,
  faults: readonly string[],
): Omit<ConsoleTab, 'page'> {
  let current = first
  return {
    async visit(path) {
      await page.goto(`${origin}/console${path}`)
      await settled(page)
    },
    async theme(theme) {
      current = theme
      await page.emulateMedia({ colorScheme: theme })
    },
    async screenshot(name) {
      const { BAILIWICK_SCREENSHOTS: folder } = process.env
      if (folder === undefined) return
      mkdirSync(folder, { recursive: true })
      await page.screenshot({ path: join(folder, `${name}-${current}.png`) })
    },
    async axe(rules = 'all') {
      const builder = new AxeBuilder({ page })
      if (rules === 'colours') builder.withRules(['color-contrast', 'link-in-text-block'])
      const { violations } = await builder.analyze()
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(
          ({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`,
        ),
      )
    },
    expectClean: () => expect(faults).toEqual([]),
  }
}

/** The page has its heading, and nothing stands there for what is on its way. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.locator('.skeletons').first().waitFor({ state: 'detached' })
}

function watch(context: BrowserContext, origin: string): readonly string[] {
  const faults: string[] = []
  context.on('console', (message) => {
    if (message.type() === 'error')
      faults.push(`console: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => faults.push(`thrown: ${error.error().stack}`))
  context.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin)
      faults.push(`asked elsewhere: ${request.url()}`)
  })
  return faults
}

/** Gives the browser the letters that its package carries, where the machine has few of its own. */
function useFonts(): void {
  if (process.env['FONTCONFIG_FILE'] !== undefined || process.platform !== 'linux') return
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const packed = join(dirname(entry), '..', 'bin', 'fonts.tar.br')
  const alternative = join(dirname(entry), '..', '..', 'bin', 'fonts.tar.br')
  const archive = [packed, alternative].find((file) => existsSync(file))
  if (archive === undefined) return
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-fonts-'))
  writeFileSync(join(folder, 'fonts.tar'), brotliDecompressSync(readFileSync(archive)))
  execFileSync('tar', ['xf', 'fonts.tar'], { cwd: folder })
  const config = join(folder, 'fonts.conf')
  writeFileSync(
    config,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
  )
  process.env['FONTCONFIG_FILE'] = config
}
