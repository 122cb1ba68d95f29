import { afterAll, beforeAll } from 'vitest'
import { type Caller, caller } from './caller.ts'
import { type GatewayHere, startHere } from './gateway-here.ts'
import { makePeople, type Someone, someone } from './people.ts'
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  startAuthorizationServer,
} from './servers/authorization-server.ts'
import { type ResourceServer, startResourceServer } from './servers/resource-server.ts'

/** A gateway before a protected resource, with people who know each other there and elsewhere. */
export interface VaultScene {
  readonly gateway: GatewayHere
  readonly issuer: AuthorizationServer
  readonly server: ResourceServer
  readonly owner: Someone
  readonly ann: Someone
  readonly ben: Someone
  /** An official client of somebody at the server. */
  callerOf(who: Someone, server?: string, options?: Parameters<typeof caller>[2]): Promise<Caller>
}

interface Options extends AuthorizationServerOptions {
  /** What the operator says of the server; for more than one, by their names. */
  readonly servers?: (url: string) => Readonly<Record<string, object>>
}

/** One scene for all tests of a file. Write takes a scope of its own. */
export function vaultScene(options: Options = {}): () => VaultScene {
  const open: (() => Promise<unknown>)[] = []
  let scene: VaultScene
  beforeAll(async () => {
    const issuer = await startAuthorizationServer({ opaque: true, ...options })
    open.push(issuer.stop)
    const server = await startResourceServer({ issuer: issuer.issuer, needs: { write: 'write' } })
    open.push(server.stop)
    const { servers = (url) => ({ target: { transport: 'http', url } }) } = options
    const gateway = await startHere(servers(server.url))
    open.push(gateway.stop)
    await makePeople(gateway, 'ann', 'ben')
    const owner = await someone(gateway, 'owner')
    const ann = await someone(gateway, 'ann')
    const ben = await someone(gateway, 'ben')
    const callerOf: VaultScene['callerOf'] = async ({ name }, at = 'target', more = {}) => {
      const token = await gateway.tokenFor('/mcp', { subject: `user:${name}` })
      const made = await caller(`${gateway.origin}/mcp`, token, { server: at, ...more })
      open.push(made.close)
      return made
    }
    scene = { gateway, issuer, server, owner, ann, ben, callerOf }
  })
  afterAll(async () => {
    for (const close of open.toReversed()) await close()
  })
  return () => scene
}
