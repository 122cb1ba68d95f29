import type { JsonObject } from '../../../src/kernel/json.ts'
import type { RunningGateway } from '../../support/gateway.ts'
import { PASSWORD, setUpOwner, signIn } from '../../support/owner.ts'
import { type Person, person } from '../../support/person.ts'
import { ask, challengeOf, post, redeem, refresh, type Tokens } from '../attacks/flow.ts'
import { bearer, call, initialize } from '../attacks/mcp.ts'
import type { KnownClient, Scene } from '../attacks/scene.ts'
import { newKey } from '../key.ts'

/** Notes a secret under what it is. */
export type Note = (kind: SecretKind, ...secrets: readonly string[]) => void
export type SecretKind =
  | 'access token'
  | 'refresh token'
  | 'code'
  | 'recovery code'
  | 'link'
  | 'proof'
  | 'key'
  | 'password'
  | 'password in place of a name'
  | 'client secret'

type World = Pick<Scene, 'issuer' | 'operator'> & { readonly gateway: RunningGateway }

const REDIRECT = 'http://127.0.0.1:7777/callback'
const NEW_PASSWORD = 'another word of the owner 8'
const WRONG = 'what somebody typed instead 9'
const MISPLACED = 'what somebody typed one field too early 1'
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** Everything that people, clients and agents do with secrets, the wrong things among them. */
export async function live(world: World, note: Note): Promise<void> {
  const owner = await arrive(world, note)
  const app = await register(world, note, 'app', 'none')
  await program(world, note, owner, app)
  await boundProgram(world, note, owner, app)
  await program(world, note, owner, await register(world, note, 'desk', 'client_secret_basic'))
  await agent(world, note)
  await invited(world, note)
  await changePassword(owner, note)
}

/** Set-up, a wrong password, the right one. */
async function arrive(world: World, note: Note): Promise<Person> {
  const link = /setup\?code=([\w-]+)/.exec(world.gateway.child.output())?.[1] ?? ''
  note('link', link)
  note('password', PASSWORD, WRONG)
  note('password in place of a name', MISPLACED)
  await setUpOwner(world.gateway)
  const owner = person(world.issuer)
  const page = await owner.visit('/oauth/account')
  const again = await signIn(owner, page, { user: 'owner', password: WRONG })
  expectStatus(again.status, 422)
  await signIn(owner, page, { user: MISPLACED, password: PASSWORD })
  expectStatus((await signIn(owner, again, { user: 'owner', password: PASSWORD })).status, 200)
  return owner
}

async function register(
  { operator }: World,
  note: Note,
  id: string,
  method: 'none' | 'client_secret_basic',
): Promise<KnownClient> {
  const redirects = [REDIRECT]
  const { secret } = await operator.clients.register({ id, name: `The ${id}`, method, redirects })
  if (secret === undefined) return { id, redirect: REDIRECT, headers: {} }
  note('client secret', secret)
  const basic = Buffer.from(`${id}:${secret}`).toString('base64')
  return { id, redirect: REDIRECT, headers: { authorization: `Basic ${basic}` } }
}

/** Consent, a code and its replay, tokens, refreshing, reuse, revocation. */
async function program(
  world: World,
  note: Note,
  owner: Person,
  client: KnownClient,
): Promise<void> {
  const granted = await codeFor(world, note, owner, client)
  await redeem(world, client, { ...granted, verifier: challengeOf(granted.verifier) })
  const other = await codeFor(world, note, owner, client)
  const tokens = await kept(note, await redeem(world, client, other))
  await misplace(world, tokens)
  const next = await kept(note, await refresh(world, client, tokens.refresh_token))
  await kept(note, await refresh(world, client, next.refresh_token))
  expectStatus((await refresh(world, client, tokens.refresh_token)).status, 400)
  const third = await codeFor(world, note, owner, client)
  const last = await kept(note, await redeem(world, client, third))
  await redeem(world, client, third)
  for (const token of [last.access_token, last.refresh_token])
    await post(world, '/oauth/revoke', { client_id: client.id, token }, client.headers)
  expectStatus((await call(world, bearer(last.access_token))).status, 401)
}

/** The same with tokens that are bound to a key. */
async function boundProgram(
  world: World,
  note: Note,
  owner: Person,
  client: KnownClient,
): Promise<void> {
  const key = newKey()
  note('key', key.d)
  const prove = async (path: string, more: Parameters<typeof key.proof>[1] = {}) => {
    const dpop = await key.proof({ method: 'POST', url: `${world.issuer}${path}` }, more)
    note('proof', dpop)
    return { dpop }
  }
  const granted = await codeFor(world, note, owner, client)
  const headers = await prove('/oauth/token')
  const { access_token: token } = await kept(
    note,
    await redeem(world, client, granted, {}, headers),
  )
  const authorization = `DPoP ${token}`
  const first = await call(world, { authorization, ...(await prove('/mcp/target', { token })) })
  const nonce = first.headers.get('dpop-nonce') ?? undefined
  const second = await call(world, {
    authorization,
    ...(await prove('/mcp/target', { token, nonce })),
  })
  expectStatus(second.status, 200)
  await call(world, { authorization: `Bearer ${token}` })
}

async function agent(world: World, note: Note): Promise<void> {
  const key = newKey()
  note('key', key.d)
  await world.operator.administration.agents.create({
    ...{ id: 'bot', name: 'Bot', owner: 'owner', purpose: 'tests', scopes: ['read'] },
    keys: [key.public as JsonObject],
    mayActForUsers: true,
  })
  const word = async () => {
    const form = await key.assertion('bot', world.issuer)
    note('proof', form['client_assertion'] ?? '')
    return form
  }
  const resource = `${world.issuer}/mcp/target`
  const common = { resource, scope: 'read' }
  const asked = { grant_type: 'client_credentials', ...common, ...(await word()) }
  const { access_token } = await kept(note, await post(world, '/oauth/token', asked))
  expectStatus((await call(world, bearer(access_token))).status, 200)
  expectStatus((await post(world, '/oauth/token', asked)).status, 401)
  await post(world, '/oauth/token', {
    ...{ grant_type: TOKEN_EXCHANGE, ...common, ...(await word()) },
    ...{ subject_token: access_token, subject_token_type: ACCESS_TOKEN },
  })
  await world.operator.administration.agents.disable('bot')
}

/** Somebody comes by a link of the operator. */
async function invited({ operator, issuer }: World, note: Note): Promise<void> {
  const { users } = operator.administration
  await users.create({ id: 'ann', name: 'Ann' })
  const { secret } = await users.link('ann', 'invite')
  note('link', secret)
  const page = await person(issuer).visit(`/setup?code=${secret}`)
  expectStatus(page.status, 200)
  await users.disable('ann')
}

async function changePassword(owner: Person, note: Note): Promise<void> {
  note('password', NEW_PASSWORD)
  const page = await owner.visit('/oauth/account')
  const changed = await owner.submit(page, '/oauth/account/password', {
    password: NEW_PASSWORD,
    again: NEW_PASSWORD,
  })
  expectStatus(changed.status, 200)
  await owner.submit(changed, '/logout', {})
}

/** Goes to consent and back with a code. */
async function codeFor(world: World, note: Note, owner: Person, client: KnownClient) {
  const { url, verifier } = ask(world as Scene, client, {
    resource: `${world.issuer}/mcp/target`,
  })
  const page = await owner.visit(url)
  const { headers } = await owner.submit(page, '/consent', { answer: 'allow' })
  const code = new URL(headers.get('location') ?? 'none:').searchParams.get('code') ?? ''
  note('code', code)
  note('proof', verifier)
  return { code, verifier }
}

async function kept(note: Note, response: Response): Promise<Tokens> {
  expectStatus(response.status, 200)
  const tokens = (await response.json()) as Partial<Tokens>
  if (tokens.access_token !== undefined) note('access token', tokens.access_token)
  if (tokens.refresh_token !== undefined) note('refresh token', tokens.refresh_token)
  return tokens as Tokens
}

/** Tokens where they do not belong: every place that could be echoed or logged. */
async function misplace(world: World, { access_token, refresh_token }: Tokens): Promise<void> {
  const { issuer } = world
  for (const token of [access_token, refresh_token]) {
    await fetch(`${issuer}/mcp/target?access_token=${token}`, { method: 'POST' })
    await fetch(`${issuer}/${token}`, { headers: { cookie: `_session=${token}` } })
    await fetch(`${issuer}/oauth/authorize?client_id=${token}&state=${token}`)
    await fetch(`${issuer}/setup?code=${token}`)
    await fetch(`${issuer}/oauth/jwks`, { headers: { referer: `${issuer}/?${token}` } })
    await initialize(world, bearer(refresh_token))
    await call(world, { authorization: `Basic ${token}` })
    await call(world, { ...bearer(access_token), 'mcp-session-id': token })
    await post(world, '/oauth/token', { grant_type: token, client_id: token, code: token })
    await post(world, '/oauth/introspect', { token })
    await post(world, '/oauth/operator', { token })
  }
  expectStatus((await call(world, bearer(access_token))).status, 200)
}

function expectStatus(status: number, wanted: number): void {
  if (status !== wanted) throw new Error(`status ${status} in place of ${wanted}`)
}
