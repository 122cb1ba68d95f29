import type { RunningGateway } from '../support/gateway.ts'

/** Begins a session of 2025-11-25 on the endpoint of the server `target`, and gives its id. */
export async function openSession({ origin, token }: RunningGateway): Promise<string> {
  const capabilities = {}
  const clientInfo = { name: 'wire', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities, clientInfo }
  const response = await fetch(`${origin}/mcp/target`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token('/mcp/target')}`,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  })
  const session = response.headers.get('mcp-session-id')
  if (session === null) throw new Error(`no session: ${await response.text()}`)
  return session
}
