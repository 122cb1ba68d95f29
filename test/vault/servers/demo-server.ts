import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DemoInMemoryAuthProvider } from '@modelcontextprotocol/sdk/examples/server/demoInMemoryOAuthProvider.js'
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js'
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js'
import { stop } from './heard.ts'

/** The authorization server with which the official SDK shows how it is done. */
export interface DemoAuthorizationServer {
  readonly issuer: string
  /** What it says of a token; undefined when it does not know it. */
  verify(token: string): Promise<Readonly<Record<string, unknown>> | undefined>
  stop(): Promise<void>
}

/** Starts it. It knows one user, asks nobody, gives out no refresh tokens and says no `iss`. */
export async function startDemoAuthorizationServer(): Promise<DemoAuthorizationServer> {
  const provider = new DemoInMemoryAuthProvider()
  const app = createMcpExpressApp()
  const server = createServer((request, response) => app(request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  // It writes its name as an address, with the slash at the end.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  app.use(
    mcpAuthRouter({ provider, issuerUrl: new URL(issuer), scopesSupported: ['read', 'write'] }),
  )
  return {
    issuer,
    verify: async (token) => {
      const known = await provider.verifyAccessToken(token).catch(() => undefined)
      if (known === undefined) return undefined
      const { clientId, scopes, resource } = known
      const scope = scopes.join(' ')
      return { sub: 'demo_user', client_id: clientId, scope, aud: resource?.href }
    },
    stop: () => stop(server),
  }
}
