import { afterAll, beforeAll } from 'vitest'
import { describeRoute } from './matrix.ts'
import { type RunningServers, SERVERS, type ServerName, startServers } from './servers.ts'

// Without the gateway: what the clients and servers do among themselves, so that a difference in
// the other matrix is the gateway's.
let servers: RunningServers
beforeAll(async () => {
  servers = await startServers()
})
afterAll(async () => servers?.stop())

describeRoute(
  'direct',
  Object.keys(SERVERS) as ServerName[],
  () => servers,
  (server) => ({ target: servers.targets[server], named: (name) => name }),
)
