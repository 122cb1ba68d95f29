import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACTIONS, type Stage } from './actions.ts'
import { connectV1 } from './client-v1.ts'
import { connectV2 } from './client-v2.ts'
import { type Cell, connectionLimit, limitOf } from './limits.ts'
import { OFFERS } from './offers.ts'
import { CLIENTS, type ClientKind, type Peer } from './peer.ts'
import { type RunningServers, SERVERS, type ServerName } from './servers.ts'
import type { Target } from './target.ts'

/** The way to a server on a route: where to connect to, and what its tools are called there. */
export interface Way {
  readonly target: Target
  readonly named: (name: string) => string
}

/** Declares the tests of one route: every client with each of these servers. */
export function describeRoute(
  route: Cell['route'],
  servers: readonly ServerName[],
  world: () => RunningServers,
  wayTo: (server: ServerName) => Way,
): void {
  describe.for(servers)(`${route}: %s`, (server) => {
    describe.for(CLIENTS)('with %s', (client) => {
      const cell: Cell = { route, server, client }
      const refused = connectionLimit(cell)
      if (refused !== undefined) {
        test(`does not connect: ${refused.why}`, async () => {
          const connecting = connect(client, wayTo(server).target, world().root)
          await expect(connecting).rejects.toThrow(refused.error)
        })
        return
      }
      describeCell(cell, world, () => wayTo(server))
    })
  })
}

function describeCell(cell: Cell, world: () => RunningServers, way: () => Way): void {
  let stage: Stage
  beforeAll(async () => {
    const { target, named } = way()
    const { folder, root } = world()
    const peer = await connect(cell.client, target, root)
    const id = `${cell.route}-${cell.server}-${cell.client}`.replaceAll(/[^a-z0-9]+/g, '-')
    const eras: readonly string[] = SERVERS[cell.server].eras
    stage = { peer, named, folder, root, id, modernOnly: !eras.includes('legacy') }
  })
  afterAll(async () => stage?.peer.close())

  const offers = OFFERS[SERVERS[cell.server].offers]
  for (const action of ACTIONS) {
    const offer = offers[action]
    if ('lacks' in offer) continue
    const limit = limitOf(cell, action)
    if (limit === undefined) test(action, () => offer.step(stage))
    else test(`cannot ${action}: ${limit.why}`, () => limit.instead(stage))
  }
}

/** Connects a client of the given kind. */
export function connect(client: ClientKind, target: Target, root: string): Promise<Peer> {
  return client === 'v1' ? connectV1(target, root) : connectV2(client, target, root)
}
