import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { importPKCS8, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type RecordingUpstream, startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { type Ended, runNode } from '../support/child.ts'
import { bailiwick, type RunningGateway, startGateway } from '../support/gateway.ts'
import { allow, PASSWORD, setUpOwner, signIn } from '../support/owner.ts'
import { type Person, person } from '../support/person.ts'

const REDIRECT = 'http://127.0.0.1:9/callback'
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'tests', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

// Each command is a process of its own.
vi.setConfig({ testTimeout: 60_000 })

let gateway: RunningGateway
let upstream: RecordingUpstream
beforeAll(async () => {
  upstream = await startRecordingUpstream()
  gateway = await startGateway({ target: { transport: 'http', url: upstream.url } })
  await setUpOwner(gateway)
  await done('clients', 'add', 'app', '--redirect', REDIRECT)
}, 120_000)
afterAll(async () => {
  await gateway.stop()
  await upstream.stop()
})

const run = (...args: readonly string[]): Promise<Ended> =>
  runNode(bailiwick(...args, '--data-dir', gateway.dataDir))

/** Runs a command that must succeed, and reads what it says. */
// biome-ignore lint/suspicious/noExplicitAny: each command has a shape of its own
async function done(...args: readonly string[]): Promise<any> {
  const { code, output, stdout } = await run(...args, '--json', '--quiet')
  if (code !== 0) throw new Error(`${args.join(' ')}: ${output}`)
  return JSON.parse(stdout)
}

/** The status of a call of a tool with a token. */
async function call(token: string): Promise<number> {
  const params = { name: 'list_notes', arguments: {}, _meta: ENVELOPE }
  const response = await fetch(`${gateway.issuer}/mcp/target`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'list_notes',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  })
  await response.body?.cancel()
  return response.status
}

function api(token: string, path = '/users', init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return fetch(`${gateway.issuer}/admin/api/v1${path}`, { ...init, headers })
}

async function post(form: Readonly<Record<string, string>>) {
  const response = await fetch(`${gateway.issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  return JSON.parse(await response.text())
}

/** Makes a user by the command, who opens the link and chooses a password. */
async function newPerson(id: string, ...options: readonly string[]): Promise<Person> {
  const { link } = await done('users', 'add', id, ...options)
  const one = person(gateway.issuer)
  const codes = await one.submit(await one.visit(link.url), '/setup', {
    name: id,
    password: PASSWORD,
    again: PASSWORD,
  })
  await one.submit(codes, '/setup/done', { kept: 'on' })
  return one
}

/** The tokens that somebody gives the client `app`. */
async function grantTo(one: Person, user: string, resource: string, scope: string) {
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'app',
    redirect_uri: REDIRECT,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    resource: `${gateway.issuer}${resource}`,
    scope,
    state: 'x',
  })
  const address = `${gateway.issuer}/oauth/authorize?${query}`
  const back = await allow(one, address, { user, password: PASSWORD })
  return post({
    grant_type: 'authorization_code',
    client_id: 'app',
    redirect_uri: REDIRECT,
    code: back.searchParams.get('code') ?? '',
    code_verifier: verifier,
  })
}

const refresh = (refresh_token: string) =>
  post({ grant_type: 'refresh_token', client_id: 'app', refresh_token })

describe('people', () => {
  test('come in by a link, call, and are out at once when they are disabled', async () => {
    const ann = await newPerson('ann', '--group', 'staff')
    const tokens = await grantTo(ann, 'ann', '/mcp/target', 'execute offline_access')
    expect(await call(tokens.access_token)).toBe(200)
    await done('users', 'disable', 'ann')
    expect(await call(tokens.access_token)).toBe(401)
    expect(await refresh(tokens.refresh_token)).toMatchObject({ error: 'invalid_grant' })
    const stranger = person(gateway.issuer)
    const page = await stranger.visit('/oauth/account/login')
    const refused = await signIn(stranger, page, { user: 'ann', password: PASSWORD })
    expect(refused.status).toBe(422)
    // What ended does not come back with the person.
    await done('users', 'enable', 'ann')
    expect(await call(tokens.access_token)).toBe(401)
    expect(await refresh(tokens.refresh_token)).toMatchObject({ error: 'invalid_grant' })
    expect((await ann.visit('/oauth/account')).url).toContain('/login')
    const { events } = await done('events', 'ls', '--event', 'user.disabled')
    expect(events[0]).toMatchObject({
      subject: 'user:ann',
      by: { subject: 'user:owner', client: 'bailiwick-cli' },
    })
  })

  test('are signed out everywhere, and may come back', async () => {
    const ben = await newPerson('ben')
    const tokens = await grantTo(ben, 'ben', '/mcp/target', 'execute offline_access')
    expect(await done('users', 'sign-out', 'ben')).toEqual({ ended: 1 })
    expect(await call(tokens.access_token)).toBe(401)
    expect((await ben.visit('/oauth/account')).url).toContain('/login')
    const again = await grantTo(ben, 'ben', '/mcp/target', 'execute')
    expect(await call(again.access_token)).toBe(200)
  })

  test('change their password: others with the old one are out, they themselves are not', async () => {
    const cid = await newPerson('cid')
    const tokens = await grantTo(cid, 'cid', '/mcp/target', 'execute offline_access')
    const other = person(gateway.issuer)
    const login = await other.visit('/oauth/account/login')
    await signIn(other, login, { user: 'cid', password: PASSWORD })
    const fresh = await cid.visit('/oauth/account/login')
    const page = await signIn(cid, fresh, { user: 'cid', password: PASSWORD })
    const next = 'another long word for cid 9'
    const changed = await cid.submit(page, '/password', { password: next, again: next })
    expect(changed.url).toBe(`${gateway.issuer}/oauth/account?done=password`)
    expect((await other.visit('/oauth/account')).url).toContain('/login')
    expect(await refresh(tokens.refresh_token)).toMatchObject({ error: 'invalid_grant' })
    // Replicas, and this process, hear of what a person does within half a second.
    await expect.poll(() => call(tokens.access_token), { timeout: 5_000 }).toBe(401)
  })

  test('the last active owner stays', async () => {
    for (const args of [
      ['disable', 'owner'],
      ['groups', 'owner', '--none'],
    ]) {
      const { code, output } = await run('users', ...args)
      expect(output).toContain('this is the last active owner')
      expect(code).toBe(2)
    }
  })

  test('administer only as owners; a token for tools opens nothing here, and the other way round', async () => {
    const dan = await newPerson('dan', '--group', 'staff')
    const { access_token: member } = await grantTo(dan, 'dan', '/admin', 'write')
    const refused = await api(member)
    expect([refused.status, refused.headers.get('content-type')]).toEqual([
      403,
      'application/problem+json',
    ])
    await done('users', 'groups', 'dan', 'owners')
    expect((await api(member)).status).toBe(200)
    expect(await call(member)).toBe(401)
    await done('users', 'groups', 'dan', 'staff')
    expect((await api(member)).status).toBe(403)
    expect((await api(gateway.token('/mcp'))).status).toBe(401)
    expect((await api(gateway.token('/mcp/target'))).status).toBe(401)
    const admin = await gateway.tokenFor('/admin', { scopes: ['read'] })
    // The alias of the machine is another address.
    expect((await api(admin)).status).toBe(401)
    const { token } = await done('tokens', 'issue', '--admin')
    expect((await api(token)).status).toBe(200)
    const change = { method: 'PATCH', body: JSON.stringify({ name: 'D' }) }
    expect((await api(token, '/users/dan', change)).status).toBe(403)
    expect(await call(token)).toBe(401)
  })

  test('who was not in use for long is listed', async () => {
    await done('users', 'add', 'eve')
    const { users } = await done('users', 'stale', '--for', '1ms')
    expect(users.map(({ id }: { id: string }) => id)).toContain('eve')
    expect(await done('users', 'stale')).toEqual({ users: [], next: null })
    const { users: first, next } = await done('users', 'ls', '--limit', '1')
    const rest = await done('users', 'ls', '--cursor', next)
    expect(first).toHaveLength(1)
    expect(rest.users).not.toContainEqual(first[0])
  })
})

describe('agents', () => {
  const file = () => join(gateway.dataDir, 'bot.pem')

  async function tokenOf(agent: string, pem: string, resource = '/mcp/target') {
    const assertion = await new SignJWT({ iss: agent, sub: agent, aud: gateway.issuer })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
      .setJti(randomBytes(16).toString('hex'))
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(await importPKCS8(pem, 'ES256'))
    return post({
      grant_type: 'client_credentials',
      resource: `${gateway.issuer}${resource}`,
      scope: 'execute',
      client_assertion_type: ASSERTION,
      client_assertion: assertion,
    })
  }

  test('prove the key that was made for them; each end counts at once', async () => {
    const terms = ['--owner', 'owner', '--purpose', 'files issues', '--scope', 'execute']
    const made = await done('agents', 'add', 'bot', ...terms, '--generate-key', file())
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    const pem = readFileSync(file(), 'utf8')
    expect(made.agent.keys).toHaveLength(1)
    expect(JSON.stringify(made.agent)).not.toContain('"d"')
    const first = await tokenOf('bot', pem)
    expect(await call(first.access_token)).toBe(200)

    const { grants } = await done('grants', 'ls', '--agent', 'bot')
    expect(grants).toMatchObject([{ subject: 'agent:bot', via: 'client-credentials' }])
    await done('grants', 'revoke', grants[0].id)
    expect(await call(first.access_token)).toBe(401)

    const second = await tokenOf('bot', pem)
    expect(await call(second.access_token)).toBe(200)
    await done('grants', 'revoke', '--agent', 'bot')
    expect(await call(second.access_token)).toBe(401)

    const admin = await tokenOf('bot', pem, '/admin')
    expect((await api(admin.access_token)).status).toBe(403)

    await done('agents', 'disable', 'bot')
    expect(await tokenOf('bot', pem)).toMatchObject({ error: 'invalid_client' })
    expect(await done('grants', 'ls', '--agent', 'bot')).toMatchObject({ grants: [] })
  })

  test('change keys: the old one ends, the new one is good', async () => {
    const [old, next] = [join(gateway.dataDir, 'old.pem'), join(gateway.dataDir, 'next.pem')]
    const terms = ['--owner', 'owner', '--purpose', 'x', '--scope', 'execute']
    const { agent } = await done('agents', 'add', 'rota', ...terms, '--generate-key', old)
    await done('agents', 'keys', 'add', 'rota', '--generate-key', next)
    const before = await tokenOf('rota', readFileSync(old, 'utf8'))
    await done('agents', 'keys', 'rm', 'rota', agent.keys[0].kid)
    expect(await call(before.access_token)).toBe(401)
    expect(await tokenOf('rota', readFileSync(old, 'utf8'))).toMatchObject({
      error: 'invalid_client',
    })
    const due = await done('agents', 'stale', '--keys-for', '1ms')
    expect(due.agents.map(({ id }: { id: string }) => id)).toContain('rota')
  })

  test('never with a private key in what is sent, nor over a key that is there', async () => {
    const terms = ['--owner', 'owner', '--purpose', 'x']
    const { code, output } = await run('agents', 'add', 'leak', ...terms, '--key', file())
    expect(output).toContain('holds a private key')
    expect(code).toBe(2)
    const jwk = join(gateway.dataDir, 'private.json')
    writeFileSync(jwk, JSON.stringify({ kty: 'EC', crv: 'P-256', x: 'a', y: 'b', d: 'c' }))
    expect((await run('agents', 'add', 'leak', ...terms, '--key', jwk)).output).toContain('private')
    const over = await run('agents', 'add', 'leak', ...terms, '--generate-key', file())
    expect(over.output).toContain('already')
    // What the gateway refuses leaves no key behind.
    const gone = join(gateway.dataDir, 'gone.pem')
    const nobody = ['--owner', 'nobody', '--purpose', 'x', '--generate-key', gone]
    expect((await run('agents', 'add', 'leak', ...nobody)).code).toBe(2)
    expect(statSync(gone, { throwIfNoEntry: false })).toBeUndefined()
    expect((await run('agents', 'show', 'leak')).code).toBe(2)
    const taken = await run('agents', 'add', 'app', ...terms, '--generate-key', gone)
    expect(taken.output).toContain('this id is that of a client')
  })
})

describe('clients, tokens and keys', () => {
  test('a client that is disabled or removed is out at once; its secret is shown once', async () => {
    const { secret } = await done(
      'clients',
      'add',
      'site',
      '--redirect',
      REDIRECT,
      '--confidential',
    )
    expect(secret).toMatch(/^bailiwick-client-secret-/)
    expect(JSON.stringify(await done('clients', 'show', 'site'))).not.toContain('secret-')
    const renewed = await done('clients', 'renew-secret', 'site', '--yes')
    expect(renewed.secret).not.toBe(secret)
    const fay = await newPerson('fay')
    const tokens = await grantTo(fay, 'fay', '/mcp/target', 'execute')
    await done('clients', 'disable', 'app')
    expect(await call(tokens.access_token)).toBe(401)
    await done('clients', 'enable', 'app')
    const { code, output } = await run('clients', 'rm', 'site')
    expect([code, output]).toEqual([2, expect.stringContaining('--yes')])
    await done('clients', 'rm', 'site', '--yes')
    expect((await run('clients', 'show', 'site')).output).toContain('there is no such client')
  })

  test('a token is all that is printed, and ends when its grant is revoked', async () => {
    const { stdout, output } = await run(
      'tokens',
      'issue',
      '--server',
      'target',
      '--scope',
      'execute',
    )
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    const token = stdout.trim()
    expect(await call(token)).toBe(200)
    const [, grant = ''] = /grants revoke (\S+)`/.exec(output) ?? []
    expect(await done('grants', 'show', grant)).toMatchObject({
      grant: { via: 'operator', client: 'bailiwick-cli', scopes: ['execute'] },
    })
    await done('grants', 'revoke', grant)
    expect(await call(token)).toBe(401)
    expect((await run('tokens', 'issue', '--for', '2h')).code).toBe(2)
    expect((await run('tokens', 'issue', '--server', 'x')).code).toBe(4)
  })

  test('a key that is retired signs nothing that is good', async () => {
    const before = await done('tokens', 'issue', '--server', 'target', '--scope', 'execute')
    const { keys } = await done('keys', 'ls')
    const rotated = await done('keys', 'rotate')
    expect(rotated.keys.map(({ state }: { state: string }) => state).sort()).toEqual([
      'active',
      'next',
    ])
    expect((await run('keys', 'retire', keys[0].id)).code).toBe(2)
    await done('keys', 'retire', keys[0].id, '--yes')
    expect(await call(before.token)).toBe(401)
    const after = await done('tokens', 'issue', '--server', 'target', '--scope', 'execute')
    expect(await call(after.token)).toBe(200)
    expect(await done('idp', 'check')).toEqual({ sources: [] })
  })
})

test('without a gateway there is nothing to administer, and the command says what to do', async () => {
  const { code, output } = await runNode(
    bailiwick('users', 'ls', '--data-dir', join(gateway.dataDir, 'nowhere')),
  )
  expect(output).toContain('no gateway runs on')
  expect(output).toContain('fix: start it with `bailiwick up`')
  expect(code).toBe(5)
})
