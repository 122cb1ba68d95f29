import type { CredentialOwner } from '../../kernel/credential.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type {
  Connecting,
  ConnectionDesk,
  ConnectionView,
  ConnectOffer,
  SecretDesk,
  SecretName,
  SecretView,
} from '../../kernel/vault.ts'
import type { Vault } from '../vault/ports.ts'

const START = 1_790_000_000_000
/** Where the fake authorization server is. */
export const HOST = 'login.crm.example'

/** What there is, what was asked, and what the desks fail with. */
export const atVault = {
  secrets: new Map<string, SecretView>(),
  connections: [] as ConnectionView[],
  states: new Map<string, Connecting>(),
  asked: [] as (readonly [string, ...unknown[]])[],
  /** Of the offer, besides what is usual. */
  offer: {} as Partial<ConnectOffer>,
  location: '',
  broken: undefined as ((value: string) => unknown) | undefined,
}

function connection(server: string, owner: CredentialOwner): ConnectionView {
  return {
    ...{ server, owner, kind: 'authorization-code', status: 'connected', client: 'gate' },
    ...{ issuer: `https://${HOST}`, resource: 'https://crm.example/mcp', scopes: ['read'] },
    ...{ wanted: [], bound: true, created: START, refreshed: START + 1, used: undefined },
    ...{ expires: START + 2, refreshable: true, reason: undefined },
  }
}

function secret(name: string, owner: CredentialOwner): SecretView {
  return {
    ...{ name, owner, purpose: 'to look things up', servers: ['crm'], version: 3 },
    ...{ overlaps: false, created: START, changed: START, used: undefined, expires: undefined },
    ...{ due: START + 9, state: 'good', exposures: [] },
  }
}

const keyOf = ({ name, owner }: SecretName): string => `${name} ${owner}`

/** Ann's and Eve's, and what all share. */
export function resetVault(): void {
  const secrets = [
    secret('crm', 'shared'),
    secret('mine', 'user:ann'),
    secret('theirs', 'user:eve'),
    // The same name, somebody else's.
    secret('mine', 'user:eve'),
  ]
  atVault.secrets = new Map(secrets.map((one) => [keyOf(one), one]))
  atVault.connections = [
    connection('crm', 'user:ann'),
    connection('crm', 'user:eve'),
    connection('wiki', 'user:eve'),
    connection('mail', 'shared'),
  ]
  atVault.states.clear()
  atVault.asked = []
  atVault.offer = {}
  atVault.location = `https://${HOST}/authorize?state=`
  atVault.broken = undefined
}

function known(of: SecretName): SecretView {
  const one = atVault.secrets.get(keyOf(of))
  if (one === undefined) throw new GatewayError('item_unknown', 'there is no such secret')
  return one
}

function put(one: SecretView): SecretView {
  atVault.secrets.set(keyOf(one), one)
  return one
}

/** Shows all, whomever it is asked about: what may be seen is not the desk's business alone. */
const secrets: SecretDesk = {
  list: async () => [...atVault.secrets.values()],
  async set({ value, ...kept }, by) {
    atVault.asked.push(['set', { ...kept, value }, by])
    if (atVault.broken !== undefined) throw atVault.broken(value)
    if (atVault.secrets.has(keyOf(kept)))
      throw new GatewayError('item_exists', 'it is there: rotate it')
    const { name, owner, purpose, servers } = kept
    // A desk that gives more than its contract says.
    return put({ ...secret(name, owner), purpose, servers, version: 1, value } as SecretView)
  },
  async rotate(of, change, by) {
    atVault.asked.push(['rotate', of, change, by])
    if (atVault.broken !== undefined) throw atVault.broken(change.value)
    const before = known(of)
    return put({ ...before, version: before.version + 1, overlaps: change.overlap > 0 })
  },
  async remove(of, by) {
    atVault.asked.push(['remove', of, by])
    known(of)
    atVault.secrets.delete(keyOf(of))
  },
  async exposed(of, exposure, by) {
    atVault.asked.push(['exposed', of, exposure, by])
    return put({ ...known(of), state: 'exposed', exposures: [exposure] })
  },
}

const connections: ConnectionDesk = {
  list: async () => atVault.connections,
  async offer({ server, user }) {
    atVault.asked.push(['offer', server, user])
    if (server === 'nobody') throw new GatewayError('item_unknown', 'there is no such server')
    return {
      ...{ server, address: 'https://crm.example/mcp', issuer: `https://${HOST}`, host: HOST },
      ...{ scopes: ['read', 'write'], added: ['write'], client: 'metadata', shared: false },
      ...{ status: 'connected', ...atVault.offer },
    }
  },
  async begin(asked) {
    atVault.asked.push(['begin', asked])
    const state = `s-${atVault.states.size + 1}`
    atVault.states.set(state, asked)
    return { location: atVault.location + state }
  },
  async finish(query, { user, session, by }) {
    atVault.asked.push(['finish', query, { user, session, by }])
    if (query.includes('explode')) throw new Error(`told ${query}`)
    const state = new URLSearchParams(query).get('state') ?? ''
    const begun = atVault.states.get(state)
    atVault.states.delete(state)
    if (begun === undefined || begun.user !== user || begun.session !== session)
      throw new GatewayError('interaction_unknown', 'nobody is on the way with this')
    const { server } = begun
    return connection(server, user)
  },
  async disconnect(of, by) {
    atVault.asked.push(['disconnect', of, by])
    const { server, owner } = of
    atVault.connections = atVault.connections.filter(
      (one) => one.server !== server || one.owner !== owner,
    )
  },
}

/** Desks in memory. */
export const vault: Vault = {
  secrets,
  connections,
  servers: () => [
    { server: 'crm', kind: 'authorization-code', shared: false, connects: true },
    { server: 'db', kind: 'static', shared: true, connects: false },
  ],
  dependants: ({ name }) => [
    { server: 'crm', goes: 'header X-Key', reference: `secret://vault/${name}` },
  ],
  clientDocument: () => ({ client_id: 'https://gate.example/connect/client.json' }),
  clientKeys: async () => ({ keys: [{ kty: 'EC', kid: 'k-1' }] }),
}
