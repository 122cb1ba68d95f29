import type { AuthorizationServer } from '../discovery/authorization-server.ts'
import type { KnownClient } from '../settings.ts'
import type { Client, ClientWay } from './client.ts'
import type { Registrations } from './registrations.ts'

/** Which client the gateway is at an authorization server. */
export interface Clients {
  /** How it would introduce itself. */
  wayAt(server: AuthorizationServer, known: KnownClient | undefined): ClientWay
  /** The client to connect with; registers where it has to. @throws GatewayError `authorization_server_refused`. */
  ensure(server: AuthorizationServer, known: KnownClient | undefined): Promise<Client>
  /** The client that tokens were granted to, by its id; undefined where it is ours no more. */
  byId(
    id: string,
    server: AuthorizationServer,
    known: KnownClient | undefined,
  ): Promise<Client | undefined>
}

/**
 * A client that the operator registered, else the metadata document, else registration.
 *
 * @param document the address of our document; undefined where nobody else could read it.
 */
export function createClients(registrations: Registrations, document: string | undefined): Clients {
  const wayAt = (server: AuthorizationServer, known: KnownClient | undefined): ClientWay => {
    if (known !== undefined) return 'registered'
    return server.clientDocuments && document !== undefined ? 'metadata' : 'dynamic'
  }
  const byMetadata = (id: string): Client => ({ way: 'metadata', id, method: 'none' })
  return {
    wayAt,
    async ensure(server, known) {
      if (known !== undefined) return registered(known)
      if (wayAt(server, known) === 'metadata' && document !== undefined) return byMetadata(document)
      return registrations.ensure(server)
    },
    async byId(id, server, known) {
      if (known?.id === id) return registered(known)
      if (document === id) return byMetadata(id)
      const found = await registrations.find(server.issuer)
      return found?.id === id ? found : undefined
    },
  }
}

/** A client that the operator registered. */
export function registered(known: KnownClient): Client {
  const { id, secret, key } = known
  const usual =
    key === undefined ? (secret === undefined ? 'none' : 'client_secret_basic') : 'private_key_jwt'
  return {
    way: 'registered',
    id,
    method: known.method ?? usual,
    ...(secret === undefined ? {} : { secret }),
    ...(key === undefined ? {} : { key }),
  }
}
