import { randomBytes } from 'node:crypto'
import { GatewayError } from '../../kernel/errors.ts'
import type { EventName } from '../../kernel/event.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { isOurs } from '../../kernel/subject.ts'
import { documentHost } from './client-document.ts'
import { type ClientRecord, keptOf, recordOf, secretContext } from './client-record.ts'
import type { ClientQuery, ClientRow } from './client-rows.ts'
import type { ClientsSetting } from './clients-setting.ts'
import {
  CONNECT_CLIENT,
  hasSecret,
  invalid,
  keptClient,
  type NewClient,
} from './registered-client.ts'

/** What operators do to clients. Each change is witnessed before it takes effect. */
export interface ClientAdministration {
  /**
   * @returns the client and, for methods with a secret, the secret, which is shown once.
   * @throws GatewayError `params_invalid`; also for an id that is taken.
   */
  register(
    client: NewClient,
  ): Promise<{ readonly client: ClientRecord; readonly secret: string | undefined }>
  /** By id. Includes clients of documents that tokens were issued to, and dynamic ones. */
  list(query: ClientQuery): Promise<readonly ClientRecord[]>
  find(id: string): Promise<ClientRecord | undefined>
  /** A new secret; the old one is no good from now on. @throws GatewayError `params_invalid`. */
  renewSecret(id: string): Promise<string>
  /**
   * Its tokens are void, and nothing is issued to it. Works for the address of a metadata document
   * that nobody has used yet, too. False when it is unknown.
   */
  disable(id: string): Promise<boolean>
  enable(id: string): Promise<boolean>
  /** Forgets it and ends its grants. False when it is unknown. @throws GatewayError for our own. */
  remove(id: string): Promise<boolean>
}

export function clientAdministration(setting: ClientsSetting): ClientAdministration {
  const { rows, witness, clock, seal } = setting
  const find = async (id: string) => {
    const row = await rows.find(id)
    return row === undefined ? undefined : recordOf(row)
  }
  const witnessed = (event: EventName, client: string, detail: JsonObject = {}) =>
    witness({ event, outcome: 'done', client, detail })
  const end = (id: string, at: number) => setting.onRevoked([{ kind: 'client', id, at }])

  return {
    find,
    list: async (query) => (await rows.list(query)).map(recordOf),
    register: async (client) => {
      const secret = hasSecret(client.method) ? newSecret() : undefined
      const row = registeredRow(setting, client, secret)
      if (isOurs(client.id)) throw invalid('ids that begin with `bailiwick-` are our own')
      const taken = (await rows.find(client.id)) !== undefined || (await setting.taken(client.id))
      if (taken) throw invalid(`the id \`${client.id}\` is taken`)
      await witnessed('client.registered', client.id, {
        trust: 'registered',
        name: client.name,
        method: client.method,
        redirects: client.redirects,
      })
      if (!(await rows.add(row))) throw invalid(`the id \`${client.id}\` is taken`)
      return { client: recordOf(row), secret }
    },
    renewSecret: async (id) => {
      const row = await rows.find(id)
      const kept = row === undefined ? undefined : keptOf(row.metadata)
      if (kept?.secret === undefined) throw invalid(`no client \`${id}\` has a secret`)
      const secret = newSecret()
      await witnessed('client.changed', id, { changed: 'secret' })
      const sealed = seal.seal(secret, secretContext(id))
      await rows.setMetadata(id, JSON.stringify({ ...kept, secret: sealed }))
      return secret
    },
    disable: async (id) => {
      const known = await rows.find(id)
      if (known === undefined && documentHost(id) === undefined) return false
      await witnessed('client.disabled', id)
      if (known === undefined) await rows.add(unusedRow(id, clock()))
      const at = clock()
      const done = await rows.setStatus(id, { status: 'disabled', expires: null }, at)
      end(id, at)
      return done
    },
    enable: async (id) => {
      const known = await rows.find(id)
      if (known === undefined) return false
      await witnessed('client.enabled', id)
      const at = clock()
      const expires = known.trust === 'registered' ? null : at + setting.policy.idleFor
      return rows.setStatus(id, { status: 'active', expires }, at)
    },
    remove: async (id) => {
      if (id === CONNECT_CLIENT.id)
        throw new GatewayError('params_invalid', 'our own client can be disabled, not removed')
      if ((await rows.find(id)) === undefined) return false
      await witnessed('client.removed', id)
      const at = clock()
      const done = await rows.remove(id, at)
      end(id, at)
      await setting.onRemoved(id)
      return done
    },
  }
}

/** The row of a client that the operator registers. @throws GatewayError `params_invalid`. */
export function registeredRow(
  { clock, seal }: ClientsSetting,
  client: NewClient,
  secret: string | undefined,
): ClientRow {
  const kept = keptClient(client)
  const sealed = secret === undefined ? {} : { secret: seal.seal(secret, secretContext(client.id)) }
  return {
    id: client.id,
    trust: 'registered',
    name: client.name,
    metadata: JSON.stringify({ ...kept, ...sealed }),
    source: null,
    status: 'active',
    created: clock(),
    used: null,
    expires: null,
  }
}

/** The row of a document that was never used, so that it can be disabled. */
function unusedRow(id: string, created: number): ClientRow {
  const metadata = JSON.stringify({ client: { client_id: id } })
  const rest = { source: null, status: 'disabled', used: null, expires: null }
  return { id, trust: 'metadata', name: '', metadata, created, ...rest }
}

/** 256 random bits, with words by which scanners find secrets that got loose. */
function newSecret(): string {
  return `bailiwick-client-secret-${randomBytes(32).toString('base64url')}`
}
