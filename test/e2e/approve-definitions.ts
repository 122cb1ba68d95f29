import type { RunningGateway } from '../support/gateway.ts'
import { connectV1 } from './client-v1.ts'

/** Tools that the reference server lists only to clients that can answer what they ask, and only after a while. */
const CONDITIONAL = [
  'get-roots-list',
  'trigger-elicitation-request',
  'trigger-sampling-request',
] as const

interface Waiting {
  readonly server: string
  readonly kind: string
  readonly name: string
  readonly digest: string
  readonly version: number
}

/** Lets the reference server show all that it has, and approves what came after its first list. */
export async function approveConditional(
  { origin, token, tokenFor }: RunningGateway,
  servers: readonly string[],
): Promise<void> {
  const admin = await tokenFor('/admin', { scopes: ['write'] })
  const api = async (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${origin}/admin/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  for (const server of servers) {
    const path = `/mcp/${server}`
    const peer = await connectV1({ kind: 'http', url: origin + path, token: token(path) }, '/')
    try {
      const missing = async (): Promise<readonly string[]> => {
        const shown = await peer.tools()
        const waits = await api('GET', `/definitions?server=${server}&status=quarantined`)
        const { items } = (await waits.json()) as { readonly items: readonly Waiting[] }
        for (const { kind, name, digest, version } of items)
          await api('POST', `/definitions/${server}/${kind}/${digest}/decision`, {
            ...{ name, version, status: 'approved', reason: 'the reference server' },
          })
        return CONDITIONAL.filter((name) => !shown.includes(name))
      }
      const end = Date.now() + 30_000
      for (let left = await missing(); left.length > 0; left = await missing()) {
        if (Date.now() > end) throw new Error(`never listed at ${server}: ${left.join(', ')}`)
        await new Promise((resolve) => setTimeout(resolve, 250))
      }
    } finally {
      await peer.close()
    }
  }
}
