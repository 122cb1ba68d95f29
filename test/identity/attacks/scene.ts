import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { afterAll, beforeAll } from 'vitest'
import { openRecords } from '../../../src/audit/audit.ts'
import { type Directory, openDirectory } from '../../../src/directory/directory.ts'
import type { EventName } from '../../../src/kernel/event.ts'
import { createSeal } from '../../../src/kernel/seal.ts'
import { type Clients, openClients } from '../../../src/oauth/clients/clients.ts'
import type { NewClient } from '../../../src/oauth/clients/registered-client.ts'
import { openKey } from '../../../src/oauth/engine/key-rows.ts'
import type { Engine } from '../../../src/store/migrations.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { freshOptions } from '../../../src/store/testing/fresh-store.ts'
import { type RecordingUpstream, startRecordingUpstream } from '../../attacks/recording-upstream.ts'
import { type RunningGateway, startGateway } from '../../support/gateway.ts'
import { type Person, person, type Seen } from '../../support/person.ts'
import { keepSecret, send } from './answers.ts'

/** A gateway as its users start it, in front of one server, with an operator beside it. */
export interface Scene {
  readonly gateway: RunningGateway
  readonly issuer: string
  readonly upstream: RecordingUpstream
  readonly operator: Operator
  /** The database, as whoever steals it sees it. */
  readonly store: Store
  /** Events of a kind, newest first, once there are as many. */
  events(event: EventName, atLeast?: number): Promise<readonly Noted[]>
}

/** What an operator does beside the gateway. */
interface Operator extends Pick<Directory, 'administration' | 'setPassword'> {
  readonly clients: Clients['administration']
}

interface Noted {
  readonly outcome: string | null
  readonly subject: string | null
  readonly client: string | null
}

/** A browser without JavaScript, and what it shows of itself. */
export interface Browser extends Person {
  /** The `Cookie` header that it sent last. */
  readonly cookies: string
}

/** A client that an operator registered. */
export interface KnownClient {
  readonly id: string
  readonly redirect: string
  /** The `Authorization` header by which it proves who it is. */
  readonly headers: Readonly<Record<string, string>>
}

export const PASSWORD = 'a long word of everybody 7'
const PATIENCE = 5_000

const TOOLS = [
  tool('list_notes', { readOnlyHint: true }),
  tool('write_note', { readOnlyHint: false, destructiveHint: false }),
  tool('run_code', {}),
  tool('list_answers', { readOnlyHint: true }),
]

const QUESTION = {
  method: 'elicitation/create',
  params: { mode: 'form', message: 'Sure?', requestedSchema: { type: 'object', properties: {} } },
}

/** One tool asks back, and trusts what it is told of who was asked. */
function resultOf({ name, requestState }: Readonly<Record<string, unknown>>): object | undefined {
  if (name !== 'list_answers' || requestState !== undefined) return undefined
  return { resultType: 'input_required', requestState: 'round 1', inputRequests: { q: QUESTION } }
}

function tool(name: string, annotations: object): object {
  return { name, annotations, inputSchema: { type: 'object', properties: {} } }
}

type Config = Readonly<Record<string, unknown>>

/** One scene for all tests of a file. `identity` is that part of the configuration. */
export function sceneOf(
  identity: Config | (() => Promise<Config>) = {},
  env: Readonly<Record<string, string>> = {},
  engine: Engine = 'sqlite',
): () => Scene {
  let scene: Scene & { close(): Promise<void> }
  beforeAll(async () => {
    const part = typeof identity === 'function' ? await identity() : identity
    scene = await openScene(part, env, engine)
  })
  afterAll(() => scene?.close())
  return () => scene
}

async function openScene(
  identity: Config,
  env: Readonly<Record<string, string>>,
  engine: Engine,
): Promise<Scene & { close(): Promise<void> }> {
  const upstream = await startRecordingUpstream(TOOLS, resultOf)
  const server = { transport: 'http', url: upstream.url } as const
  const shared = engine === 'sqlite' ? undefined : await freshOptions(engine, '')
  const config = { identity, ...(shared === undefined ? {} : { store: shared }) }
  const gateway = await startGateway({ target: server, other: server }, config, { env })
  const { dataDir, issuer } = gateway
  const path = join(dataDir, 'bailiwick.db')
  const store = await openStore(shared ?? { kind: 'sqlite', path, durability: 'process' })
  const { operator, close } = await openOperator(gateway, store)
  return {
    gateway,
    issuer,
    upstream,
    store,
    operator,
    events: eventsOf(store, dataDir),
    async close() {
      await close()
      await store.close()
      await gateway.stop()
      await upstream.stop()
    },
  }
}

/** Events of a kind, newest first, as soon as there are as many; after a while, as they are. */
export function eventsOf(store: Store, dataDir: string): Scene['events'] {
  const records = openRecords(store, join(dataDir, 'records.head'))
  return async (event, atLeast = 1) => {
    for (const end = Date.now() + PATIENCE; ; ) {
      const { events } = await records.events({ event, limit: 100 })
      if (events.length >= atLeast || Date.now() > end) return events
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** An operator beside a gateway that runs on a data directory. */
export async function openOperator(
  { dataDir, issuer }: Pick<RunningGateway, 'dataDir' | 'issuer'>,
  store: Store,
) {
  const seal = readFileSync(join(dataDir, 'seal.key'), 'utf8').trim()
  const { d } = JSON.parse(readFileSync(join(dataDir, 'operator.key'), 'utf8'))
  keepSecret(seal, d, PASSWORD)
  const common = {
    store,
    clock: Date.now,
    randomId: () => randomBytes(18).toString('base64url'),
    witness: async () => {},
  }
  const { hostname } = new URL(issuer)
  const rp = { id: hostname, origin: issuer, name: 'Bailiwick' }
  const directory = openDirectory({ ...common, rp })
  const { administration } = await openClients({
    ...common,
    fetchDocument: async () => {
      throw new Error('nothing is fetched here')
    },
    sealKey: Buffer.from(seal, 'base64url'),
  })
  const { setPassword } = directory
  return {
    operator: { administration: directory.administration, setPassword, clients: administration },
    close: directory.close,
  }
}

/** The key with which the gateway signs tokens, as whoever has its database and its key file has it. */
export async function signingKey({ store, gateway }: Scene): Promise<JWK> {
  const seal = createSeal(
    Buffer.from(readFileSync(join(gateway.dataDir, 'seal.key'), 'utf8'), 'base64url'),
    'engine',
  )
  const rows = store.db.selectFrom('signing_key').selectAll().where('state', '=', 'active')
  return openKey(await rows.executeTakeFirstOrThrow(), seal)
}

/** Makes somebody with a password. */
export async function newPerson(
  { operator }: Pick<Scene, 'operator'>,
  id: string,
): Promise<string> {
  await operator.administration.users.create({ id, name: `${id} Somebody` })
  await operator.setPassword(id as never, PASSWORD)
  // A new password ends what was issued before, and tokens tell their time by the second.
  await new Promise((resolve) => setTimeout(resolve, 1_000 - (Date.now() % 1_000)))
  return id
}

/** Registers a client, as an operator does. A public one on this machine, unless said otherwise. */
export async function newClient(
  { operator }: Scene,
  id: string,
  more: Partial<NewClient> = {},
): Promise<KnownClient> {
  const redirects = more.redirects ?? ['http://127.0.0.1:7777/callback']
  const client = { id, name: `The ${id}`, method: 'none' as const, redirects, ...more }
  const { secret } = await operator.clients.register(client)
  const known = { id, redirect: redirects[0] ?? '' }
  if (secret === undefined) return { ...known, headers: {} }
  keepSecret(secret)
  const proof = Buffer.from(`${id}:${secret}`).toString('base64')
  return { ...known, headers: { authorization: `Basic ${proof}` } }
}

/** A browser that nobody used yet. */
export function newBrowser({ issuer }: Pick<Scene, 'issuer'>): Browser {
  let cookies = ''
  const one = person(issuer, (url, init) => {
    cookies = init.headers['cookie'] ?? ''
    return send(url, init)
  })
  return {
    visit: one.visit,
    submit: one.submit,
    get left() {
      return one.left
    },
    get cookies() {
      return cookies
    },
  }
}

/** A browser in which somebody is signed in. */
export async function signedIn(scene: Pick<Scene, 'issuer'>, user: string): Promise<Browser> {
  const browser = newBrowser(scene)
  const page = await browser.visit('/oauth/account')
  const account = await signIn(browser, page, user)
  if (account.status !== 200) throw new Error(`nobody is signed in:\n${account.text}`)
  return browser
}

/** Sends the login form of a page. */
export function signIn(browser: Browser, page: Seen, name: string): Promise<Seen> {
  return browser.submit(page, '/login', { name, password: PASSWORD })
}
