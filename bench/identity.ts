import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
} from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { calculateJwkThumbprint, type JWK, SignJWT } from 'jose'
import { openDirectory } from '../src/directory/directory.ts'
import { openIdentity } from '../src/identity/identity.ts'
import type { Authenticator, Credentials } from '../src/kernel/authentication.ts'
import type { JsonObject } from '../src/kernel/json.ts'
import type { SubjectId } from '../src/kernel/subject.ts'
import { openChangeFeed } from '../src/store/change-feed.ts'
import { memoryOnce } from '../src/store/once.ts'
import { openStore } from '../src/store/store.ts'
import { feed, post, type Shot } from './load.ts'
import { startGateway } from './processes.ts'

/** What it costs to know who sends a call, and to get a token. */
export interface IdentityCost {
  /** Tokens issued per second, each by a signed assertion of its own, on SQLite. */
  readonly tokensPerSecond: number
  readonly tokenP99: number
  /** Microseconds of a call whose token was verified before. */
  readonly cached: number
  /** Microseconds of one whose token was not. */
  readonly verified: number
  /** Microseconds that a proof of possession adds to a call. */
  readonly proof: number
}

const ISSUER = 'http://localhost:7463'
const PATH = '/mcp/bench'
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Requests in flight at the token endpoint. */
const LANES = 32
const MOST_PER_SECOND = 3_000

/** @param seconds for the token endpoint. */
export async function identityCosts(seconds: number): Promise<IdentityCost> {
  const resourceServer = await authenticateCosts()
  const { perSecond, p99 } = await tokenEndpoint(seconds)
  return { ...resourceServer, tokensPerSecond: perSecond, tokenP99: p99 }
}

/** How many tokens a gateway issues to an agent; the load comes from this process. */
async function tokenEndpoint(seconds: number) {
  const gateway = await startGateway({ upstream: undefined })
  try {
    const key = newKey()
    await registerAgent(join(gateway.dataDir, 'bailiwick.db'), key.public)
    const resource = `${gateway.issuer}/mcp`
    const shots: Shot[] = []
    for (let count = 0; count < MOST_PER_SECOND * (seconds + 1); count += 1) {
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        ...{ resource, scope: 'read', client_assertion_type: ASSERTION },
        client_assertion: await signed(
          key.private,
          {},
          {
            ...{ iss: 'bench', sub: 'bench', aud: gateway.issuer },
            exp: Math.floor(Date.now() / 1_000) + 60,
          },
        ),
      })
      shots.push(post(gateway.port, new URL(gateway.issuer).host, '/oauth/token', form))
    }
    await feed(shots, LANES, 1)
    const run = await feed(shots, LANES, seconds)
    if (run.failures > 0) throw new Error(`${run.failures} tokens were refused`)
    return run
  } finally {
    gateway.stop()
  }
}

async function registerAgent(path: string, key: JWK): Promise<void> {
  const store = await openStore({ kind: 'sqlite', path, durability: 'full' })
  const directory = openDirectory({
    store,
    clock: Date.now,
    randomId: randomUUID,
    witness: async () => {},
    rp: { id: 'localhost', origin: ISSUER, name: 'bench' },
  })
  await directory.administration.agents.create({
    ...{ id: 'bench', name: 'bench', owner: 'owner', purpose: 'bench', scopes: ['read'] },
    keys: [key as JsonObject],
  })
  await directory.close()
  await store.close()
}

/** What the resource server takes of a call: its token known, new, and bound to a key. */
export async function authenticateCosts(): Promise<Omit<IdentityCost, `token${string}`>> {
  const dir = mkdtempSync(join(tmpdir(), 'bailiwick-bench-'))
  const { authenticator, key, close } = await openResourceServer(join(dir, 'db'))
  const bearer = await tokenOf(key)
  const cached = await each(
    2_000,
    () => bearer,
    (token) => authenticator.authenticate(credentialsOf(`Bearer ${token}`)),
  )
  const fresh = await several(1_000, () => tokenOf(key))
  const verified = await each(
    fresh.length,
    (index) => fresh[index] ?? '',
    (token) => authenticator.authenticate(credentialsOf(`Bearer ${token}`)),
  )
  const own = newKey()
  const bound = await tokenOf(key, { cnf: { jkt: await calculateJwkThumbprint(own.public) } })
  const nonce = nonceOf(authenticator)
  const proofs = await several(2_000, () => proofOf(own, bound, nonce))
  const proven = await each(
    proofs.length,
    (index) => proofs[index] ?? '',
    (proof) => authenticator.authenticate(credentialsOf(`DPoP ${bound}`, proof)),
  )
  await close()
  rmSync(dir, { recursive: true })
  return { cached, verified, proof: proven - cached }
}

async function openResourceServer(path: string) {
  const store = await openStore({ kind: 'sqlite', path, durability: 'full' })
  const key = newKey()
  const account = { id: 'owner' as SubjectId, name: 'owner', status: 'active', groups: [] } as const
  const identity = await openIdentity({
    origins: [ISSUER],
    paths: () => true,
    fallback: `${ISSUER}/mcp`,
    issuer: { issuer: ISSUER, keys: async () => ({ keys: [key.public] }) },
    principals: {
      user: async () => ({ ...account, created: 0 }),
      agent: async () => undefined,
      seen: () => {},
    },
    feed: (onChange) =>
      openChangeFeed({
        ...{ store, every: 500, clock: Date.now, onChange },
        onLost: () => {},
        log: () => {},
      }),
    once: memoryOnce(Date.now, { max: 1_000_000 }),
    external: [],
    fetch: () => Promise.reject(new Error('nothing is fetched here')),
    bearer: 'allowed',
    nonces: { secret: randomBytes(32), use: 'required' },
    whenStoreIsLost: 'deny',
    clock: Date.now,
    witness: async () => {},
  })
  const close = async (): Promise<void> => {
    await identity.close()
    await store.close()
  }
  return { authenticator: identity.authenticator, key, close }
}

interface Key {
  readonly private: KeyObject
  readonly public: JWK
}

function newKey(): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' }) as JWK
  return { private: privateKey, public: { ...jwk, kid: 'bench', alg: 'ES256', use: 'sig' } }
}

function tokenOf({ private: key }: Key, more: object = {}): Promise<string> {
  return signed(
    key,
    { typ: 'at+jwt' },
    {
      ...{
        iss: ISSUER,
        aud: `${ISSUER}${PATH}`,
        sub: 'owner',
        client_id: 'bench',
        scope: 'execute',
      },
      ...{ gid: 'bench', kind: 'user', via: 'login', client_trust: 'registered', amr: ['pwd'] },
      exp: Math.floor(Date.now() / 1_000) + 300,
      ...more,
    },
  )
}

function proofOf(
  { private: key, public: jwk }: Key,
  token: string,
  nonce: string,
): Promise<string> {
  const { kty, crv, x, y } = jwk
  const ath = createHash('sha256').update(token).digest('base64url')
  const claims = { htm: 'POST', htu: `${ISSUER}${PATH}`, ath, nonce }
  return signed(key, { typ: 'dpop+jwt', jwk: { kty, crv, x, y } }, claims)
}

function signed(key: KeyObject, header: object, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: 'bench', ...header })
    .setJti(randomUUID())
    .setIssuedAt()
    .sign(key)
}

function nonceOf({ challenge }: Authenticator): string {
  const headers = challenge({ code: 'proof_nonce' } as never, { origin: ISSUER, path: PATH })
  return headers[headers.indexOf('dpop-nonce') + 1] ?? ''
}

function credentialsOf(authorization: string, dpop?: string): Credentials {
  return { authorization, dpop, method: 'POST', origin: ISSUER, path: PATH }
}

async function several<T>(count: number, make: () => Promise<T>): Promise<readonly T[]> {
  const all: T[] = []
  for (let done = 0; done < count; done += 1) all.push(await make())
  return all
}

/** The median of single runs, in microseconds; the first tenth warms up. */
async function each<T>(
  count: number,
  take: (index: number) => T,
  work: (input: T) => unknown,
): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const input = take(index)
    const started = process.hrtime.bigint()
    const result = work(input)
    if (result instanceof Promise) await result
    if (index >= count / 10) times.push(Number(process.hrtime.bigint() - started) / 1_000)
  }
  times.sort((a, b) => a - b)
  return times[Math.floor(times.length / 2)] ?? Number.NaN
}
