import { expect } from 'vitest'
import { type Sent, send } from './answers.ts'
import type { Scene } from './scene.ts'

/** Headers by which a request proves who sends it. */
export type Proof = Readonly<Record<string, string>>

export function bearer(token: string): Proof {
  return { authorization: `Bearer ${token}` }
}

const MEDIA = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'attacks', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
}

/** Calls a tool of the server `target` as a client of 2026-07-28. */
export function call(
  scene: Pick<Scene, 'issuer'>,
  proof: Proof,
  name = 'list_notes',
  { path = '/mcp/target', ...more }: { readonly path?: string } & Record<string, unknown> = {},
): Promise<Response> {
  const shown = path === '/mcp' ? `target__${name}` : name
  const params = { name: shown, arguments: {}, _meta: ENVELOPE, ...more }
  return say(
    scene,
    path,
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
    {
      ...proof,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': shown,
    },
  )
}

/** Sends one message. */
export function say(
  { issuer }: Pick<Scene, 'issuer'>,
  path: string,
  message: object,
  headers: Sent['headers'] = {},
): Promise<Response> {
  const body = JSON.stringify(message)
  return send(`${issuer}${path}`, { method: 'POST', headers: { ...MEDIA, ...headers }, body })
}

/** Begins a session as a client of 2025-11-25. */
export function initialize(
  scene: Pick<Scene, 'issuer'>,
  proof: Proof,
  path = '/mcp/target',
): Promise<Response> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'attacks', version: '1' },
  }
  return say(scene, path, { jsonrpc: '2.0', id: 1, method: 'initialize', params }, proof)
}

/** Calls a tool within a session. */
export function callIn(
  scene: Pick<Scene, 'issuer'>,
  proof: Proof,
  session: string,
  { path = '/mcp/target', name = 'list_notes' } = {},
): Promise<Response> {
  const message = {
    jsonrpc: '2.0',
    id: 2,
    method: 'tools/call',
    params: { name: path === '/mcp' ? `target__${name}` : name, arguments: {} },
  }
  return say(scene, path, message, {
    ...proof,
    'mcp-session-id': session,
    'mcp-protocol-version': '2025-11-25',
  })
}

/** Whether a call went through to the server. */
export async function served(response: Response): Promise<boolean> {
  const text = await response.text()
  return response.status === 200 && text.includes('"called"')
}

/** That a client is told nothing but that its token is of no use. */
export async function expectDead(scene: Pick<Scene, 'issuer'>, token: string): Promise<void> {
  const response = await call(scene, bearer(token))
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
}
