import { afterAll, beforeAll } from 'vitest'
import {
  bailiwick,
  type RunningGateway,
  type ServerConfig,
  startGateway,
} from '../support/gateway.ts'
import { signInToConnect } from '../support/owner.ts'
import { approveConditional } from './approve-definitions.ts'
import type { Route } from './limits.ts'
import { describeRoute, type Way } from './matrix.ts'
import { type RunningServers, SERVERS, type ServerName, startServers } from './servers.ts'
import type { Target } from './target.ts'

// The same matrix as `direct.test.ts`, through a gateway that permits everything.

/** Servers that share a gateway: no two of a group offer the same resource. */
const GROUPS: readonly (readonly ServerName[])[] = [
  ['everything-stdio', 'filesystem', 'dual-http'],
  ['everything-http', 'modern-stdio'],
  ['everything-sse'],
]
const ALL = Object.keys(SERVERS) as ServerName[]

let servers: RunningServers
let gateways: readonly RunningGateway[]
beforeAll(async () => {
  servers = await startServers()
  const configs = GROUPS.map((group) =>
    Object.fromEntries(group.map((name) => [name, configOf(servers.targets[name])])),
  )
  gateways = await Promise.all(configs.map((config) => startGateway(config)))
  await Promise.all(
    GROUPS.map((group, index) => {
      const gateway = gateways[index]
      const everything = group.filter((name) => name.startsWith('everything'))
      return gateway && approveConditional(gateway, everything)
    }),
  )
  await signInToConnect(gatewayOf('everything-stdio'), ['everything-stdio', 'dual-http', undefined])
})
afterAll(async () => {
  await Promise.all((gateways ?? []).map((gateway) => gateway.stop()))
  await servers?.stop()
})

describeRoute('/mcp/{server}', ALL, () => servers, wayOver('/mcp/{server}'))
describeRoute('/mcp', ALL, () => servers, wayOver('/mcp'))
// The front for hosts that only speak stdio carries what the endpoints do: one server per era is enough.
describeRoute(
  'connect {server}',
  ['everything-stdio', 'dual-http'],
  () => servers,
  wayOver('connect {server}'),
)
describeRoute('connect', ['dual-http'], () => servers, wayOver('connect'))

function wayOver(route: Route): (server: ServerName) => Way {
  return (server) => {
    const { origin, token, dataDir } = gatewayOf(server)
    const one = route === '/mcp/{server}' || route === 'connect {server}'
    const named = (name: string): string => (one ? name : `${server}__${name}`)
    const path = one ? `/mcp/${server}` : '/mcp'
    if (route.startsWith('/'))
      return { named, target: { kind: 'http', url: origin + path, token: token(path) } }
    const args = bailiwick('connect', ...(one ? [server] : []), '--data-dir', dataDir)
    return { named, target: { kind: 'stdio', command: process.execPath, args } }
  }
}

function gatewayOf(server: ServerName): RunningGateway {
  const gateway = gateways[GROUPS.findIndex((group) => group.includes(server))]
  if (gateway === undefined) throw new Error(`no gateway serves ${server}`)
  return gateway
}

function configOf(target: Target): ServerConfig {
  return target.kind === 'stdio'
    ? { transport: 'stdio', command: target.command, args: target.args }
    : { transport: target.kind, url: target.url }
}
