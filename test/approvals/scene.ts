import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import type { JsonObject } from '../../src/kernel/json.ts'
import { openStore } from '../../src/store/store.ts'
import { type RecordingUpstream, startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { type Sent, send } from '../identity/attacks/answers.ts'
import { type Changes, tokensOf } from '../identity/attacks/flow.ts'
import {
  type Browser,
  type KnownClient,
  newClient,
  PASSWORD,
  type Scene,
  signedIn,
} from '../identity/attacks/scene.ts'
import { type Key, newKey } from '../identity/key.ts'
import {
  tokensOf as issuedTokensOf,
  type RunningGateway,
  startGateway,
} from '../support/gateway.ts'
import { operatorOn } from '../support/operator.ts'
import { POLICIES, TOOLS } from './policies.ts'

/** The people: ann and eve call, bo and cy answer, olga has an agent, flo asks too much. */
const PEOPLE = ['ann', 'eve', 'flo', 'bo', 'cy', 'olga'] as const
export type PersonId = (typeof PEOPLE)[number]

type Headers = Readonly<Record<string, string>>

/** An answer of the admin API. */
export interface Said {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: each operation answers in a shape of its own
  readonly json: any
}

/** A gateway before a server that notes everything; people; and an agent. */
export interface Approvals {
  readonly gateway: RunningGateway
  readonly issuer: string
  readonly upstream: RecordingUpstream
  /** What the server lists; may be changed. */
  readonly tools: object[]
  /** Where the policies of the configuration stand. */
  readonly folder: string
  readonly operator: Awaited<ReturnType<typeof operatorOn>>['operator']
  /** The directory beside the gateway. */
  readonly directory: Awaited<ReturnType<typeof operatorOn>>['directory']
  readonly app: KnownClient
  readonly other: KnownClient
  /** Of the agent `robot`, which olga answers for. */
  readonly robot: Key
  /** Headers of a person's browser on a page of the console. */
  console(who: PersonId): Promise<Headers>
  /** A token of a person for a program. */
  token(who: PersonId, client?: KnownClient, resource?: string, scope?: string): Promise<string>
  /** A token as the operator of the machine makes them. */
  readonly issued: RunningGateway['tokenFor']
  /** Asks the admin API: `POST /path`. */
  api(line: string, headers: Headers, body?: unknown): Promise<Said>
  /** Asks it as the owner's program. */
  own(line: string, body?: unknown): Promise<Said>
}

export interface Chosen {
  readonly config?: () => JsonObject | Promise<JsonObject>
  readonly env?: Headers
}

/** One scene for all tests of a file. */
export function approvals(chosen: Chosen = {}): () => Approvals {
  let opened: Opened | undefined
  beforeAll(async () => {
    opened = await open(chosen)
  })
  afterAll(() => opened?.close())
  return () => {
    if (opened === undefined) throw new Error('there is no scene')
    return opened.scene
  }
}

type Opened = Awaited<ReturnType<typeof open>>

/** The server asks back once about what is to be talked about. */
function resultOf({ name, requestState }: Readonly<Record<string, unknown>>): object | undefined {
  if (name !== 'talk' || requestState !== undefined) return undefined
  const requestedSchema = { type: 'object', properties: {} }
  const params = { mode: 'form', message: 'Sure?', requestedSchema }
  const inputRequests = { q: { method: 'elicitation/create', params } }
  return { resultType: 'input_required', requestState: 'round 1', inputRequests }
}

async function open({ config, env = {} }: Chosen) {
  const root = mkdtempSync(join(tmpdir(), 'bailiwick-approvals-'))
  const folder = join(root, 'policies')
  mkdirSync(folder)
  writeFileSync(join(folder, 'asked.cedar'), POLICIES)
  const tools: object[] = [...TOOLS]
  const upstream = await startRecordingUpstream(tools, resultOf)
  const gateway = await startGateway(
    { target: { transport: 'http', url: upstream.url } },
    {
      policies: [join(folder, '/')],
      approvals: { hold: '0s', flood: { pending: 100, requests: 200, declines: 3 } },
      ...(await config?.()),
    },
    { env },
  )
  const { dataDir, issuer } = gateway
  const path = join(dataDir, 'bailiwick.db')
  const store = await openStore({ kind: 'sqlite', path, durability: 'process' })
  const sealKey = readFileSync(join(dataDir, 'seal.key'), 'utf8').trim()
  const beside = await operatorOn(store, Buffer.from(sealKey, 'base64url'), issuer)
  const { operator, directory } = beside
  const cast = await castOf({ issuer, operator } as unknown as Scene)
  const browsers = new Map<PersonId, Promise<Browser>>()
  const browser = (who: PersonId): Promise<Browser> => {
    const known = browsers.get(who) ?? signedIn({ issuer }, who)
    browsers.set(who, known)
    return known
  }
  const tokens = new Map<string, Promise<string>>()
  const tokenOf = async (who: PersonId, client: KnownClient, changes: Changes): Promise<string> =>
    (await tokensOf({ issuer }, await browser(who), client, changes)).access_token
  const api = apiOf(issuer)
  const issued = issuedTokensOf(dataDir, issuer)
  const own = await issued('/admin', { scopes: ['write'] })
  const scene: Approvals = {
    ...{ gateway, issuer, upstream, tools, folder, operator, directory, ...cast, api },
    async console(who) {
      const one = await browser(who)
      await one.visit('/oauth/account')
      return { cookie: one.cookies, 'x-bailiwick-console': '1', 'sec-fetch-site': 'same-origin' }
    },
    token(who, client = cast.app, resource = `${issuer}/mcp/target`, scope = 'execute') {
      const wanted = JSON.stringify([who, client.id, resource, scope])
      const known = tokens.get(wanted) ?? tokenOf(who, client, { resource, scope })
      tokens.set(wanted, known)
      return known
    },
    issued,
    async own(line, body) {
      // Who runs the machine may see where its files are.
      return apiOf(issuer, fetch)(line, { authorization: `Bearer ${own}` }, body)
    },
  }
  const close = async (): Promise<void> => {
    await beside.close()
    await store.close()
    await gateway.stop()
    await upstream.stop()
    rmSync(root, { recursive: true, force: true })
  }
  return { scene, close }
}

async function castOf(scene: Scene) {
  const { users, agents } = scene.operator.administration
  for (const id of PEOPLE) {
    await users.create({ id, name: `${id} of the tests` })
    await scene.operator.setPassword(id as never, PASSWORD)
  }
  const robot = newKey()
  const keys = [robot.public as JsonObject]
  const terms = { id: 'robot', name: 'Robot', owner: 'olga', purpose: 'tests', keys }
  await agents.create({ ...terms, scopes: ['execute'], mayActForUsers: true })
  const app = await newClient(scene, 'app')
  const other = await newClient(scene, 'other')
  // A new password ends what was issued before, and tokens tell their time by the second.
  await new Promise((resolve) => setTimeout(resolve, 1_000 - (Date.now() % 1_000)))
  return { app, other, robot }
}

function apiOf(
  issuer: string,
  ask: (url: string, sent: Sent & RequestInit) => Promise<Response> = send,
): Approvals['api'] {
  return async (line, headers, body) => {
    const [method = '', path = ''] = line.split(' ')
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await ask(`${issuer}/admin/api/v1${path}`, {
      method,
      headers: { ...type, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, json: text.startsWith('{') ? JSON.parse(text) : text }
  }
}

/** What is on record of a request for approval, oldest first: `event outcome why`. */
export async function onRecord(scene: Approvals, id: string): Promise<readonly string[]> {
  const { json } = await scene.own('GET /events?limit=200')
  const items: readonly JsonObject[] = json.items
  return items
    .filter(
      ({ target }) => target === `approval:${id}` || target === `pattern:${id}` || target === id,
    )
    .map(({ event, outcome, detail }) =>
      [event, outcome, (detail as JsonObject | undefined)?.['why'] ?? ''].join(' ').trim(),
    )
    .toReversed()
}

/** The calls that came to the server since the last time. */
export function reached({ upstream }: Approvals): readonly (readonly [string, unknown])[] {
  return upstream.taken().map(({ name, arguments: args }) => [name, args])
}

/** How a call ended, as the record of calls has it, and under which approval it ran. */
export async function recordedCall(scene: Approvals, id: unknown): Promise<JsonObject> {
  const read = async () => (await scene.own(`GET /calls/${id}`)).json
  await expect
    .poll(async () => (await read())?.call?.outcome ?? undefined, { timeout: 10_000 })
    .toBeDefined()
  const { outcome, error, approval } = (await read()).call
  return { outcome, ...(error && { error }), ...(approval && { approval }) }
}
