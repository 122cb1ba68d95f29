import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RecordingUpstream, startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { type Application, application } from '../e2e/authorization/application.ts'
import { refusedBecauseAsked } from '../e2e/authorization/scene.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { PASSWORD } from '../support/owner.ts'
import { type Authenticator, plugIn } from './authenticator.ts'
import { launchChromium } from './chromium.ts'
import { openVisitor } from './scene.ts'
import { press, seen } from './steps.ts'

// From the set-up link to a verified record, as the first person of a gateway goes: one browser, one
// passkey, one official client.

const TOOLS = [
  {
    name: 'delete_note',
    annotations: { destructiveHint: true },
    inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
  },
]

const POLICIES = `
@id("all")
permit (principal, action, resource);

@id("deleting")
@reason("what is deleted does not come back")
@liftedBy("approval")
@approvers("self")
@assurance("passkey")
forbid (principal, action == Action::"call", resource == Tool::"notes:delete_note")
unless { context.approval.granted };
`

const NOTE = '/notes/the plan of the journey.md'

const root = mkdtempSync(join(tmpdir(), 'bailiwick-journey-'))
let upstream: RecordingUpstream
let gateway: RunningGateway
let browser: Browser
let callback: Server
beforeAll(async () => {
  const folder = join(root, 'policies')
  mkdirSync(folder)
  writeFileSync(join(folder, 'deleting.cedar'), POLICIES)
  upstream = await startRecordingUpstream(TOOLS)
  gateway = await startGateway(
    { notes: { transport: 'http', url: upstream.url } },
    {
      policies: [join(folder, '/')],
      approvals: { hold: '90s' },
      identity: { clients: { dynamicRegistration: 'listed' } },
    },
  )
  callback = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<h1>Back at the client</h1>')
  })
  callback.listen(0, '127.0.0.1')
  await once(callback, 'listening')
  browser = await launchChromium()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  callback?.close()
  callback?.closeAllConnections()
  await gateway?.stop()
  await upstream?.stop()
  rmSync(root, { recursive: true, force: true })
})

test('from the set-up link to a call that was approved with a passkey, and its verified record', {
  timeout: 180_000,
}, async () => {
  const page = await openVisitor(browser, {
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  })
  page.context().setDefaultTimeout(20_000)
  const faults = watched(page)
  const device = await plugIn(page)

  await setUp(page)
  await addPasskey(page, device)
  await page.goto(`${gateway.issuer}/console/`)
  await seen(page, 'Overview')

  const notes = await connected(page.context())
  await page.getByRole('link', { name: 'Approvals' }).first().click()
  await page.getByText('Nothing waits for you').waitFor()
  await page.evaluate('window.notReloaded = true')

  // It is there by itself, and whole; nothing has reached the server.
  const call = notes.callTool(
    { name: 'delete_note', arguments: { path: NOTE } },
    { timeout: 120_000 },
  )
  call.catch(() => undefined)
  const row = page.getByRole('list', { name: 'Requests' }).getByRole('link')
  await row.filter({ hasText: 'delete_note' }).click()
  const request = page.getByRole('article', { name: 'The request' })
  await request.getByText(NOTE).first().waitFor()
  await request.getByText('what is deleted does not come back').first().waitFor()
  expect(await page.evaluate('window.notReloaded')).toBe(true)
  expect(upstream.all.some(({ text }) => text.includes(NOTE))).toBe(false)

  // Without the passkey of this person there is no yes.
  const approve = page.getByRole('button', { name: 'Approve this call with a passkey' })
  await device.owner('touches')
  await approve.click()
  await page.getByText('No passkey was used').waitFor()
  expect(upstream.all.some(({ text }) => text.includes(NOTE))).toBe(false)

  await device.owner('proves who they are')
  await approve.click()
  expect(await call).toMatchObject({ content: [{ text: 'called' }] })
  expect(
    upstream.all.filter(({ text }) => text.includes(NOTE)).map(({ arguments: args }) => args),
  ).toEqual([{ path: NOTE }])
  await request.getByText('signed with a passkey').waitFor()
  expect(await page.evaluate('window.notReloaded')).toBe(true)

  await expectRecord(page)
  expect(faults).toEqual([])
  await notes.close()
})

/** Follows the link that the gateway printed at its first start. */
async function setUp(page: Page): Promise<void> {
  const link = /https?:\/\/\S+\/setup\?code=[\w-]+/.exec(gateway.child.output())?.[0]
  await page.goto(link ?? '')
  await page.getByLabel('Your name').fill('Olga')
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByLabel('The same password again').fill(PASSWORD)
  await page.locator('button.primary').click()
  await seen(page, 'Keep your recovery codes')
  await page.getByLabel('I have kept these codes').check()
  await press(page, 'Continue')
  await seen(page, 'You are set up')
}

/** Adds a passkey, and comes in again with nothing but that. */
async function addPasskey(page: Page, device: Authenticator): Promise<void> {
  await page.goto(`${gateway.issuer}/oauth/account`)
  await device.owner('proves who they are')
  await page.getByLabel('Name of the passkey').fill('laptop')
  await press(page, 'Add a passkey')
  await page.getByText('The passkey was added.').waitFor()
  await press(page, 'Sign out')
  await press(page, 'Sign in with a passkey')
  await seen(page, 'Your account')
}

/** Connects an official client, whose person consents in the browser: once to read, once to delete. */
async function connected(context: BrowserContext): Promise<Client> {
  const { port } = callback.address() as AddressInfo
  const app = application({ redirect: `http://127.0.0.1:${port}/callback` })
  const url = new URL(`${gateway.issuer}/mcp/notes`)
  const open = async (): Promise<{ client: Client; transport: StreamableHTTPClientTransport }> => {
    const mode = { pin: '2026-07-28' }
    const client = new Client({ name: 'Journey', version: '1' }, { versionNegotiation: { mode } })
    return { client, transport: new StreamableHTTPClientTransport(url, { authProvider: app }) }
  }
  const first = await open()
  await refusedBecauseAsked(first.client.connect(first.transport))
  await first.transport.finishAuth(await consent(context, app))
  await first.client.close()
  const { client, transport } = await open()
  await client.connect(transport)
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(['delete_note'])
  await refusedBecauseAsked(client.callTool({ name: 'delete_note', arguments: { path: '/none' } }))
  await transport.finishAuth(await consent(context, app, 'delete_note'))
  return client
}

/** @param tool to tick among the single tools that are asked for. */
async function consent(
  context: BrowserContext,
  app: Application,
  tool?: string,
): Promise<URLSearchParams> {
  const tab = await context.newPage()
  await tab.goto(app.takeAddress().href)
  await seen(tab, tool === undefined ? 'Allow access?' : 'Allow more access?')
  if (tool !== undefined) await tab.getByRole('checkbox', { name: tool }).check()
  await press(tab, 'Allow')
  await tab.waitForURL(`${app.redirectUrl}?**`)
  const answer = new URL(tab.url()).searchParams
  await tab.close()
  return answer
}

/** The call stands in the records with its approval, and the chain that holds it is whole. */
async function expectRecord(page: Page): Promise<void> {
  const approval = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await page.getByRole('link', { name: 'Records' }).first().click()
  await seen(page, 'Records')
  await page
    .getByRole('row')
    .filter({ hasText: 'delete_note' })
    .filter({ hasText: 'answered' })
    .click()
  const drawer = page.getByRole('dialog', { name: 'notes:delete_note' })
  await drawer.getByRole('link', { name: approval }).waitFor()
  await drawer.getByText('It left').waitFor()
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Chain and export' }).click()
  await press(page, 'Verify the chain')
  await page.getByText(/^All \d+ records are as they were written\.$/).waitFor()
  await page.getByText('chain verified').first().waitFor()
}

/** Errors of the browser's console, and what was asked of others; the client's page is its own matter. */
function watched(page: Page): readonly string[] {
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`thrown: ${error.stack}`))
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== gateway.issuer)
      faults.push(`asked elsewhere: ${request.url()}`)
  })
  return faults
}
