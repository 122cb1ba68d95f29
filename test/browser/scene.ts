import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { launchChromium } from './chromium.ts'
import { type Operator, openOperator } from './operator.ts'

/** The host of web clients; it is this machine. */
export const WEB_HOST = 'client.example'

/** A gateway that runs, and browsers before it. */
export interface Scene extends Omit<Operator, 'done'> {
  readonly gateway: RunningGateway
  /** Opens a browser that shares nothing with the others. */
  visitor(options?: BrowserContextOptions): Promise<Page>
  close(): Promise<void>
}

const TOOLS = [
  tool('list_notes', { readOnlyHint: true }),
  tool('write_note', { readOnlyHint: false, destructiveHint: false }),
  tool('delete_note', { destructiveHint: true }),
]

function tool(name: string, annotations: object): object {
  return { name, annotations, inputSchema: { type: 'object', properties: {} } }
}

/** Starts all of it. `config` and `env` are for the gateway. */
export async function openScene(
  { identity = {}, ...config }: Readonly<Record<string, unknown>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Scene> {
  const opened: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const end of opened.toReversed()) await end()
  }
  try {
    const upstream = await startRecordingUpstream(TOOLS)
    opened.push(upstream.stop)
    const clients = { dynamicRegistration: 'listed', hosts: [WEB_HOST] }
    const gateway = await startGateway(
      { notes: { transport: 'http', url: upstream.url } },
      { identity: { clients, ...(identity as object) }, ...config },
      { env },
    )
    opened.push(gateway.stop)
    const operator = await openOperator(gateway)
    opened.push(operator.done)
    await listTools(gateway)
    const browser = await launchChromium()
    opened.push(() => browser.close())
    return { ...operator, gateway, visitor: (options) => openVisitor(browser, options), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** A browser that shares nothing with the others. */
export async function openVisitor(
  browser: Browser,
  options?: BrowserContextOptions,
): Promise<Page> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options })
  context.setDefaultTimeout(10_000)
  return context.newPage()
}

/** Single tools can be asked for once they are known. */
async function listTools({ origin, token }: RunningGateway): Promise<void> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const response = await fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token('/mcp')}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/list',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } }),
  })
  expect(await response.text()).toContain('list_notes')
}
