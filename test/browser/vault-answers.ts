import type { Page } from 'playwright-core'
import type { Api } from '../../src/admin/admin.ts'

type Connection = Api['connections.list']['output']['items'][number]
type Secret = Api['secrets.list']['output']['items'][number]
type Offer = Api['me.connectOffer']['output']['offer']

/** Where the authorization server of these answers is. */
export const HOST = 'login.crm.example'
const DAY = 86_400_000
const ago = (days: number): string => new Date(Date.now() - days * DAY).toISOString()

/** What the vault holds, as the administration would answer, and what was asked of it. */
export interface VaultAnswers {
  /** Who looks. */
  me: string
  connections: Connection[]
  secrets: Secret[]
  offer: Offer
  /** Where the browser is sent to. */
  location: string
  /** The next change is refused with this. */
  refuse: { readonly status: number; readonly code: string; readonly detail: string } | undefined
  readonly asked: { readonly line: string; readonly body: unknown }[]
}

function connection(server: string, owner: string, more: Partial<Connection> = {}): Connection {
  return {
    ...{ server, owner, kind: 'authorization-code', status: 'connected', client: 'gate' },
    ...{ issuer: `https://${HOST}`, resource: `https://${server}.example/mcp`, bound: true },
    ...{ scopes: ['contacts.read', 'offline_access'], wanted: [], refreshable: true },
    ...{ created: ago(40), refreshed: ago(0.01), used: ago(0.002), expires: ago(-0.03) },
    ...more,
  }
}

function secret(name: string, owner: string, more: Partial<Secret> = {}): Secret {
  return {
    ...{ name, owner, purpose: 'to look articles up', servers: ['wiki'], version: 1 },
    ...{ overlaps: false, created: ago(80), changed: ago(30), used: ago(0.1), state: 'good' },
    exposures: [],
    ...more,
  }
}

/** A vault with something in every state. */
export function vaultAnswers(): VaultAnswers {
  const mine = 'user:owner'
  return {
    me: mine,
    connections: [
      connection('crm', mine, { wanted: ['contacts.write'] }),
      connection('mail', mine, {
        ...{ status: 'reauth_required', refreshable: false, bound: false },
        reason: 'the authorization server says that the grant was revoked',
      }),
      connection('crm', 'user:grace'),
      connection('warehouse', 'shared', { used: undefined as never }),
    ],
    secrets: [
      secret('wiki-token', mine, { due: ago(-12) }),
      secret('chat-key', mine, {
        ...{ state: 'exposed', servers: ['chat'], purpose: 'to post what was decided' },
        exposures: [
          { at: ago(3), place: 'log', where: '/var/log/chat.log' },
          { at: ago(0.2), place: 'result', where: 'chat:read_room' },
        ],
      }),
      secret('wiki', 'shared', { overlaps: true, version: 4 }),
      secret('search', 'shared', { state: 'due', due: ago(2) }),
      secret('old-feed', 'shared', { state: 'expired', expires: ago(1) }),
      secret('wiki-token', 'user:grace'),
    ],
    offer: {
      ...{ server: 'crm', address: 'https://crm.example/mcp', issuer: `https://${HOST}` },
      ...{ host: HOST, scopes: ['contacts.read', 'contacts.write'], added: ['contacts.write'] },
      ...{ client: 'metadata', shared: false, status: 'connected' },
    },
    location: `https://${HOST}/authorize?state=s`,
    refuse: undefined,
    asked: [],
  }
}

/** Answers a page in the stead of the gateway, as far as it is about the vault. */
export async function answerVault(page: Page, vault: VaultAnswers): Promise<void> {
  const root = '/admin/api/v1'
  const mine = <T extends { readonly owner: string }>(all: readonly T[]): readonly T[] =>
    all.filter(({ owner }) => owner === vault.me)
  const answers: Readonly<Record<string, () => unknown>> = {
    'GET /me/connections': () => ({
      items: mine(vault.connections),
      servers: [
        { server: 'chat', kind: 'static', shared: false, connects: false },
        { server: 'crm', kind: 'authorization-code', shared: false, connects: true },
        { server: 'files', kind: 'authorization-code', shared: false, connects: true },
        { server: 'mail', kind: 'authorization-code', shared: false, connects: true },
        { server: 'warehouse', kind: 'authorization-code', shared: true, connects: true },
        { server: 'wiki', kind: 'static', shared: true, connects: false },
      ],
    }),
    'GET /connections': () => ({ items: vault.connections }),
    'GET /me/secrets': () => ({ items: mine(vault.secrets) }),
    'GET /secrets': () => ({ items: vault.secrets }),
    'GET /me/connections/crm/offer': () => ({ offer: vault.offer }),
    'POST /me/connections/crm/begin': () => ({ location: vault.location }),
    'GET /secrets/wiki/dependants': () => ({
      items: [
        { server: 'wiki', goes: 'header Authorization', reference: 'secret://vault/wiki' },
        { server: 'wiki-old', goes: 'variable TOKEN', reference: 'secret://vault/wiki' },
      ],
    }),
  }
  await page.route(
    (url) => /^\/(me\/)?(connections|secrets)\b/.test(url.pathname.replace(root, '')),
    (route) => {
      const request = route.request()
      const line = `${request.method()} ${new URL(request.url()).pathname.replace(root, '')}`
      const changes = request.method() !== 'GET'
      if (changes) vault.asked.push({ line, body: request.postDataJSON() })
      if (changes && vault.refuse !== undefined) {
        const { status, ...problem } = vault.refuse
        vault.refuse = undefined
        return route.fulfill({ status, json: { ...problem, requestId: 'r-1' } })
      }
      return route.fulfill({ json: answers[line]?.() ?? {} })
    },
  )
}
