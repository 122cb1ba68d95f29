import { createHash } from 'node:crypto'
import { expect, onTestFinished } from 'vitest'
import type { SecurityEvent } from '../../../kernel/event.ts'
import type { FetchDocument } from '../../../kernel/fetch-document.ts'
import { type ENGINES, freshStore } from '../../../store/testing/fresh-store.ts'
import { Browser, type Page } from '../../engine/testing/browser.ts'
import { authorizeUrl, startServer, type TestServer } from '../../engine/testing/server.ts'
import { type ClientsOptions, openClients } from '../clients.ts'
import { NO_FETCH } from './opened.ts'

/** An authorization server with these clients, on the real thing in between. */
export async function serverWith(
  engine: (typeof ENGINES)[number],
  policy: ClientsOptions['policy'],
  fetchDocument: FetchDocument = NO_FETCH,
) {
  const fresh = await freshStore(engine)
  onTestFinished(() => fresh.remove())
  const events: SecurityEvent[] = []
  const fetched: string[] = []
  const clock = { offset: 0 }
  let count = 0
  const clients = await openClients({
    store: fresh.store,
    clock: () => Date.now() + clock.offset,
    randomId: () => createHash('sha256').update(String(count++)).digest('base64url'),
    witness: async (event) => void events.push(event),
    fetchDocument: (url, limits) => {
      fetched.push(url)
      return fetchDocument(url, limits)
    },
    sealKey: Buffer.alloc(32, 7),
    ...(policy === undefined ? {} : { policy }),
    onRemoved: (id) => server.server.grants.revokeClient(id, 'client-removed'),
  })
  const server = await startServer(fresh.store, { clients: clients.source })
  onTestFinished(() => server.close())
  const pass = (milliseconds: number) => {
    clock.offset += milliseconds
    server.clock.offset += milliseconds
  }
  return { ...clients, server, fetched, registered: events, pass }
}

/** A request that reaches nobody: a page of ours, nothing of the client's. */
export async function refused(
  server: TestServer,
  changes: Record<string, string | undefined>,
): Promise<Page> {
  const page = await new Browser(server.origin).open(authorizeUrl(server, changes).url)
  expect(page.status).toBe(400)
  expect(page.headers.location).toBeUndefined()
  expect(server.seen).toEqual([])
  return page
}
