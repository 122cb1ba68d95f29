import { setTimeout as sleep } from 'node:timers/promises'
import type { RootOperationNode } from 'kysely'
import { afterEach, beforeEach, describe } from 'vitest'
import { openStore, type Store } from '../../../store/store.ts'
import { ENGINES, type FreshStore, freshStore } from '../../../store/testing/fresh-store.ts'
import type { AuthorizationServerOptions } from '../options.ts'
import { startServer, type TestServer } from './server.ts'

/** What one test works with. */
export interface World {
  readonly store: Store
  readonly server: TestServer
  /** One more process's authorization server, on the same database, under the same name. */
  second(): Promise<TestServer>
  /** Starts the server anew with other options, on the same database. */
  restart(options: Partial<AuthorizationServerOptions>): Promise<TestServer>
}

/** Runs a suite on both engines, with an empty database for each test. */
export function onEveryEngine(
  name: string,
  suite: (world: () => World) => void,
  options: Partial<AuthorizationServerOptions> & { readonly latency?: number } = {},
): void {
  describe.each(ENGINES)(`${name}, on %s`, (engine) => {
    let fresh: FreshStore
    let server: TestServer
    const opened: (() => Promise<void>)[] = []
    beforeEach(async () => {
      fresh = await freshStore(engine)
      server = await startServer(slow(fresh.store, options.latency), options)
    })
    afterEach(async () => {
      await server.close()
      for (const close of opened.splice(0).reverse()) await close()
      await fresh.remove()
    })
    suite(() => ({
      store: fresh.store,
      server,
      second: async () => {
        const store = await openStore(fresh.options)
        const other = await startServer(slow(store, options.latency), {
          ...options,
          publicOrigin: server.origin,
        })
        opened.push(store.close, other.close)
        return other
      },
      restart: async (changes) => {
        await server.close()
        server = await startServer(slow(fresh.store, options.latency), { ...options, ...changes })
        return server
      },
    }))
  })
}

/** The store, when each statement takes this much longer: races come to light. */
function slow(store: Store, latency = 0): Store {
  if (latency === 0) return store
  return {
    ...store,
    db: store.db.withPlugin({
      transformQuery: ({ node }): RootOperationNode => node,
      transformResult: async ({ result }) => {
        await sleep(latency)
        return result
      },
    }),
  }
}
