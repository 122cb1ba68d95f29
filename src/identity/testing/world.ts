import { KeyObject, randomBytes, randomUUID, sign } from 'node:crypto'
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWK,
} from 'jose'
import type { Agent, User } from '../../kernel/accounts.ts'
import type { Authenticated, Credentials } from '../../kernel/authentication.ts'
import type { SecurityEvent } from '../../kernel/event.ts'
import { sha256 } from '../../kernel/hash.ts'
import { type ChangeFeed, openChangeFeed } from '../../store/change-feed.ts'
import type { Engine } from '../../store/migrations.ts'
import { type Change, noteChanges } from '../../store/note-change.ts'
import { memoryOnce } from '../../store/once.ts'
import { type FreshStore, freshStore } from '../../store/testing/fresh-store.ts'
import { type Identity, type IdentityOptions, openIdentity } from '../identity.ts'

export const ORIGIN = 'https://gateway.example'
export const ALIAS = 'http://127.0.0.1:7463'
const PATHS = ['/mcp', '/mcp/files', '/mcp/mail', '/admin']
export const START = 1_790_000_000_000

/** A key and its name. */
export interface TestKey {
  readonly private: CryptoKey
  readonly public: JWK
  readonly algorithm: string
  readonly thumbprint: string
}

export async function newKey(algorithm = 'ES256'): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  const jwk = await exportJWK(publicKey)
  const thumbprint = await calculateJwkThumbprint(jwk)
  return {
    private: privateKey,
    public: { ...jwk, kid: thumbprint, use: 'sig', alg: algorithm },
    algorithm,
    thumbprint,
  }
}

/** Claims or members of a header by name; undefined takes one away. */
export type Changes = Readonly<Record<string, unknown>>

export interface World {
  readonly identity: Identity
  readonly fresh: FreshStore
  readonly key: TestKey
  /** The keys that our issuer tells. */
  keys: readonly JWK[]
  /** How often they were asked for. */
  keyReads: number
  now: number
  /** Whether the directory answers. */
  up: boolean
  readonly users: Map<string, User>
  readonly agents: Map<string, Agent>
  /** Look-ups of subjects, in turn. */
  readonly lookups: string[]
  readonly seen: string[]
  /** Tokens that were told of, with their ends. */
  readonly inbound: (readonly [string, number])[]
  readonly events: SecurityEvent[]
  /** Claims of a token of the user `ada` for `/mcp`. */
  claims(changes?: Changes): Record<string, unknown>
  token(changes?: Changes, header?: Changes, key?: TestKey): Promise<string>
  /** What a request with the token makes of its sender. */
  ask(token: string, more?: Partial<Credentials>): Promise<Authenticated>
  /** A proof for a token, for a POST to `/mcp`. */
  proof(key: TestKey, token: string, claims?: Changes, header?: Changes): Promise<string>
  nonce(): string
  note(...changes: Change[]): Promise<void>
  close(): Promise<void>
}

export function user(id: string, more: Partial<User> = {}): User {
  return { id, name: id, status: 'active', groups: [], created: START, ...more } as User
}

export function agent(id: string, more: Partial<Agent> = {}): Agent {
  return {
    ...{ id, name: id, owner: 'ada', purpose: 'tests', status: 'active', groups: [] },
    ...{ scopes: [], mayActForUsers: true, keys: [], workloads: [], created: START },
    ...more,
  } as Agent
}

/** A resource server on a database of its own, with a directory of the test's. */
export async function openWorld(
  options: Partial<IdentityOptions> = {},
  { engine = 'sqlite' as Engine, every = 60 * 60_000 } = {},
): Promise<World> {
  const fresh = await freshStore(engine)
  const key = await newKey()
  const world = {
    fresh,
    key,
    keys: [key.public] as readonly JWK[],
    keyReads: 0,
    now: START,
    up: true,
    users: new Map([['ada', user('ada', { groups: ['staff'] })]]),
    agents: new Map([['build', agent('build')]]),
    lookups: [] as string[],
    seen: [] as string[],
    inbound: [] as (readonly [string, number])[],
    events: [] as SecurityEvent[],
  }
  const clock = () => world.now
  const identity = await openIdentity({
    onInbound: (token, expires) => void world.inbound.push([token, expires]),
    origins: [ORIGIN, ALIAS],
    paths: (path) => PATHS.includes(path),
    fallback: '/mcp',
    issuer: {
      issuer: ORIGIN,
      keys: async () => {
        world.keyReads += 1
        return { keys: [...world.keys] } satisfies JSONWebKeySet
      },
    },
    principals: {
      user: async (id) => {
        world.lookups.push(`user:${id}`)
        if (!world.up) throw new Error('down')
        return world.users.get(id)
      },
      agent: async (id) => {
        world.lookups.push(`agent:${id}`)
        if (!world.up) throw new Error('down')
        return world.agents.get(id)
      },
      seen: (kind, id) => void world.seen.push(`${kind}:${id}`),
    },
    feed: (onChange): Promise<ChangeFeed> =>
      openChangeFeed({
        ...{ store: fresh.store, every, clock, onChange },
        onLost: () => {},
        log: () => {},
      }),
    once: memoryOnce(clock, { max: 1_000 }),
    external: [],
    fetch: async () => {
      throw new Error('nothing is fetched here')
    },
    bearer: 'allowed',
    nonces: { secret: randomBytes(32), use: 'required' },
    whenStoreIsLost: 'deny',
    clock,
    witness: async (event) => void world.events.push(event),
    ...options,
  }).catch(async (error: unknown) => {
    await fresh.remove()
    throw error
  })
  return Object.assign(world, tools(world, identity), {
    identity,
    close: async () => {
      await identity.close()
      await fresh.remove()
    },
  })
}

type Bare = Pick<World, 'fresh' | 'key' | 'now'>

function tools(world: Bare, identity: Identity) {
  const seconds = () => Math.floor(world.now / 1_000)
  const claims = (changes: Changes = {}): Record<string, unknown> => ({
    ...{ iss: ORIGIN, aud: `${ORIGIN}/mcp`, sub: 'ada', client_id: 'c1', scope: 'read write' },
    ...{ jti: randomUUID(), iat: seconds(), exp: seconds() + 300, gid: 'g1', kind: 'user' },
    ...{ via: 'login', client_trust: 'metadata', amr: ['pwd'] },
    ...changes,
  })
  const nonce = (): string => {
    const missing = { code: 'proof_nonce' } as never
    const headers = identity.authenticator.challenge(missing, { origin: ORIGIN, path: '/mcp' })
    return headers[headers.indexOf('dpop-nonce') + 1] ?? ''
  }
  return {
    claims,
    nonce,
    token: (changes: Changes = {}, header: Changes = {}, key: TestKey = world.key) =>
      signed(claims(changes), { typ: 'at+jwt', kid: key.thumbprint, ...header }, key),
    ask: async (token: string, more: Partial<Credentials> = {}) =>
      identity.authenticator.authenticate({
        authorization: `Bearer ${token}`,
        dpop: undefined,
        method: 'POST',
        origin: ORIGIN,
        path: '/mcp',
        ...more,
      }),
    proof: (key: TestKey, token: string, changes: Changes = {}, header: Changes = {}) =>
      signed(
        {
          ...{ jti: randomUUID(), htm: 'POST', htu: `${ORIGIN}/mcp`, iat: seconds() },
          ath: Buffer.from(sha256(token), 'hex').toString('base64url'),
          nonce: nonce(),
          ...changes,
        },
        { typ: 'dpop+jwt', jwk: bare(key.public), ...header },
        key,
      ),
    note: async (...changes: Change[]) => {
      await noteChanges(world.fresh.store.db, changes, world.now)
      await identity.refresh()
    },
  }
}

/** The members that make a key, without those about it. */
export function bare({ kid, use, alg, ...members }: JWK): JWK {
  return members
}

/** A signed token (RFC 7515) with any header, those that no library would write among them. */
export async function signed(
  claims: Changes,
  header: Changes,
  { private: key, algorithm }: Pick<TestKey, 'private' | 'algorithm'>,
): Promise<string> {
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signing = `${encoded({ alg: algorithm, ...header })}.${encoded(claims)}`
  const signature = sign(algorithm.startsWith('Ed') ? null : 'sha256', Buffer.from(signing), {
    key: KeyObject.from(key as Parameters<typeof KeyObject.from>[0]),
    dsaEncoding: 'ieee-p1363',
  })
  return `${signing}.${signature.toString('base64url')}`
}
