import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Seen } from '../../support/person.ts'
import { jsonOf, send } from './answers.ts'
import {
  approve,
  ask,
  type Changes,
  challengeOf,
  codeOf,
  leaving,
  post,
  redeem,
  said,
  tokensOf,
} from './flow.ts'
import {
  type Browser,
  type KnownClient,
  newBrowser,
  newClient,
  newPerson,
  sceneOf,
  signedIn,
} from './scene.ts'

const scene = sceneOf({ clients: { dynamicRegistration: 'loopback' } })
let ann: Browser
let app: KnownClient
let desk: KnownClient
let web: KnownClient
let stranger: KnownClient

const WEB = 'https://client.example/callback'

beforeAll(async () => {
  await newPerson(scene(), 'ann')
  ann = await signedIn(scene(), 'ann')
  app = await newClient(scene(), 'app')
  desk = await newClient(scene(), 'desk', { method: 'client_secret_basic' })
  web = await newClient(scene(), 'web', { redirects: [WEB], method: 'client_secret_basic' })
  stranger = await registered(app.redirect)
})

async function registered(redirect: string): Promise<KnownClient> {
  const response = await send(`${scene().issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [redirect] }),
  })
  return { id: String((await jsonOf(response))['client_id']), redirect, headers: {} }
}

/** Refused on a page of ours: the browser stays, nobody is asked anything. */
function expectPage(page: Seen, code: string): void {
  expect(page.headers.get('location')).toBeNull()
  expect(page.headers.get('refresh')).toBeNull()
  expect(page.status).toBe(400)
  expect(page.text).toContain(code)
  expect(page.forms).toEqual([])
}

/** What the client is told, in its query or, where it asked for another type of answer, fragment. */
function toldBy(to: URL | undefined): URLSearchParams {
  return new URLSearchParams(`${to?.search ?? ''}&${to?.hash.slice(1) ?? ''}`)
}

/** Refused by telling the client, without a code. */
function expectTold(page: Seen, client: KnownClient, error: string): void {
  const to = leaving(page)
  expect(`${to?.origin}${to?.pathname}`).toBe(client.redirect)
  const told = toldBy(to)
  expect(told.get('error')).toBe(error)
  expect(told.get('iss')).toBe(scene().issuer)
  expect(told.get('code')).toBeNull()
}

const PKCE: readonly (readonly [string, Changes])[] = [
  ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
  ['a method without a challenge', { code_challenge: undefined }],
  ['the verifier as its own challenge', { code_challenge_method: 'plain' }],
  ['a challenge without a method', { code_challenge_method: undefined }],
  ['a method that nobody knows', { code_challenge_method: 'S512' }],
  ['a method in other letters', { code_challenge_method: 's256' }],
  ['a challenge that is too short', { code_challenge: 'a'.repeat(42) }],
  ['a challenge that is too long', { code_challenge: 'a'.repeat(129) }],
  ['a challenge of other characters', { code_challenge: `${'a'.repeat(42)}!` }],
]

describe('PKCE', () => {
  test.each(PKCE)('cannot be left out: %s', async (_, changes) => {
    for (const client of [app, desk, web]) {
      const page = await ann.visit(ask(scene(), client, changes).url)
      expectTold(page, client, 'invalid_request')
    }
    expectPage(await ann.visit(ask(scene(), stranger, changes).url), 'invalid_request')
  })

  test.each(PKCE)('cannot be left out of a pushed request: %s', async (_, changes) => {
    const { url } = ask(scene(), desk, changes)
    const form = Object.fromEntries(new URL(url).searchParams)
    const response = await post(scene(), '/oauth/par', form, desk.headers)
    expect(await said(response)).toBe('400 invalid_request')
  })
})

describe('a redirect address', () => {
  const mutations: readonly (readonly [string, (address: string) => string])[] = [
    ['a slash at its end', (at) => `${at}/`],
    ['a query', (at) => `${at}?next=https://evil.example`],
    ['other letters', (at) => at.replace('callback', 'Callback')],
    ['dot segments', (at) => at.replace('/callback', '/a/../callback')],
    ['escaped dot segments', (at) => at.replace('/callback', '/a/%2e%2e/callback')],
    ['a user name', (at) => at.replace('://', '://user@')],
    ['its host as a user name', (at) => at.replace(/:\/\/[^/]*/, '$&@evil.example')],
    ['another host', (at) => at.replace(/:\/\/[^/]*/, '://evil.example')],
    ['a longer host', (at) => at.replace(/:\/\/[^/:]*/, '$&.evil.example')],
    ['a host below', (at) => at.replace('://', '://sub.')],
    ['a fragment', (at) => `${at}#fragment`],
    ['a backslash', (at) => at.replace(/:\/\/[^/]*/, '$&\\@evil.example')],
    ['another scheme', (at) => at.replace(/^https?/, 'ftp')],
    ['a script', () => 'javascript:alert(1)//http://127.0.0.1:7777/callback'],
    ['space around', (at) => ` ${at}`],
    ['a line break', (at) => `${at}\r\nset-cookie: a=b`],
    ['localhost for the address', (at) => at.replace('127.0.0.1', 'localhost')],
    ['a short form', (at) => at.replace('127.0.0.1', '127.1')],
    ['the other family', (at) => at.replace('127.0.0.1', '[::1]')],
    ['a mapped form', (at) => at.replace('127.0.0.1', '[::ffff:127.0.0.1]')],
    ['a number', (at) => at.replace('127.0.0.1', '2130706433')],
  ]

  test.each(mutations)('with %s is another one: no redirect, no question', async (_, change) => {
    for (const client of [app, web, stranger]) {
      const redirect = change(client.redirect)
      if (redirect === client.redirect) continue
      const page = await ann.visit(ask(scene(), client, { redirect_uri: redirect }).url)
      expectPage(page, 'invalid_redirect_uri')
      expect(page.text).not.toContain('href="https://evil.example')
    }
  })

  test('must be given where there are two', async () => {
    const two = await newClient(scene(), 'two', {
      redirects: ['http://127.0.0.1/a', 'http://127.0.0.1/b'],
    })
    const page = await ann.visit(ask(scene(), two, { redirect_uri: undefined }).url)
    expectPage(page, 'redirect_uri')
  })

  test('on this machine may have any port, and nothing else', async () => {
    const redirect = app.redirect.replace('7777', '50123')
    const { answer } = await codeOf(scene(), ann, app, { redirect_uri: redirect })
    expect(answer.host).toBe('127.0.0.1:50123')
    const far = await ann.visit(
      ask(scene(), web, { redirect_uri: WEB.replace('.example', '.example:444') }).url,
    )
    expectPage(far, 'invalid_redirect_uri')
  })

  test('is the same at the token endpoint', async () => {
    const redirect = app.redirect.replace('7777', '50124')
    const granted = await codeOf(scene(), ann, app, { redirect_uri: redirect })
    expect(await said(await redeem(scene(), app, granted))).toBe('400 invalid_grant')
  })
})

describe('an error', () => {
  const wrong: readonly (readonly [string, Changes, string])[] = [
    ['a scope that nobody knows', { scope: 'zzz' }, 'invalid_scope'],
    ['a resource that is not here', { resource: 'https://evil.example/mcp' }, 'invalid_target'],
    ['no resource', { resource: undefined }, 'invalid_target'],
    ['another type of response', { response_type: 'token' }, 'unsupported_response_type'],
  ]

  test.each(wrong)(
    'of %s goes to a client that somebody vouches for',
    async (_, changes, error) => {
      expectTold(await ann.visit(ask(scene(), web, changes).url), web, error)
    },
  )

  test.each(wrong)(
    'of %s sends nobody to a client that nobody vouches for',
    async (_, changes, e) => {
      for (const browser of [ann, newBrowser(scene())])
        expectPage(await browser.visit(ask(scene(), stranger, changes).url), e)
    },
  )

  test('without a question sends nobody anywhere, signed in or not', async () => {
    for (const browser of [ann, newBrowser(scene())]) {
      const page = await browser.visit(ask(scene(), stranger, { prompt: 'none' }).url)
      expect(page.headers.get('location')).toBeNull()
      expect(page.status).toBe(400)
    }
  })
})

describe('an authorization request', () => {
  test.each(['evil_client_id', 'https://127.0.0.1/client.json', '', '__proto__', 'app ', 'APP'])(
    'of the unknown client `%s` shows nothing of a login or consent',
    async (id) => {
      for (const browser of [ann, newBrowser(scene())]) {
        const asked = ask(scene(), { ...app, id }, { redirect_uri: 'https://evil.example/cb' })
        const page = await browser.visit(asked.url)
        expectPage(page, id === '' ? 'client_id' : 'invalid_client')
        expect(page.text).not.toMatch(/password|Allow access/)
      }
    },
  )

  test.each<[string, Changes]>([
    ['response_type', { response_type: 'token' }],
    ['response_type', { response_type: 'id_token' }],
    ['response_type', { response_type: 'code id_token' }],
    ['response_type', { response_type: 'none' }],
    ['response_type', { response_type: undefined }],
    ['response_mode', { response_mode: 'fragment' }],
    ['response_mode', { response_mode: 'form_post' }],
    ['response_mode', { response_mode: 'web_message' }],
    ['response_mode', { response_mode: 'jwt' }],
    ['request', { request: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['registration', { registration: '{"redirect_uris":["https://evil.example/cb"]}' }],
    ['claims', { response_type: 'code', claims: '{', request: 'x' }],
  ])('with %s that is not supported gives no code: %o', async (_, changes) => {
    const page = await ann.visit(ask(scene(), web, changes).url)
    const to = leaving(page)
    expect(toldBy(to).get('code')).toBeNull()
    if (to === undefined) expect(page.status).toBe(400)
    else expectTold(page, web, toldBy(to).get('error') ?? 'an error')
    expect(page.forms).toEqual([])
  })

  test('by reference to an address fetches nothing', async () => {
    let asked = 0
    const server = createServer((_, response) => {
      asked += 1
      response.end('{}')
    })
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done)
    })
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const { port } = server.address() as AddressInfo
    const references = [`http://127.0.0.1:${port}/r`, `https://127.0.0.1:${port}/r`]
    for (const request_uri of references) {
      const page = await ann.visit(ask(scene(), web, { request_uri }).url)
      expect(leaving(page)?.searchParams.get('code') ?? null).toBeNull()
      expect(page.forms).toEqual([])
    }
    expect(asked).toBe(0)
  })

  test.each(['client_id', 'redirect_uri', 'scope', 'state', 'code_challenge', 'response_type'])(
    'with `%s` twice is refused',
    async (name) => {
      const first = new URL(ask(scene(), web).url).searchParams.get(name) ?? ''
      for (const second of [first, 'https://evil.example/cb']) {
        const page = await ann.visit(ask(scene(), web, { [name]: [first, second] }).url)
        expect(page.forms).toEqual([])
        expect(leaving(page)?.searchParams.get('code') ?? null).toBeNull()
        expect(leaving(page)?.host ?? 'client.example').toBe('client.example')
      }
    },
  )

  test('is for one resource at a time', async () => {
    const { issuer } = scene()
    const resource = [`${issuer}/mcp`, `${issuer}/mcp/target`]
    expectTold(await ann.visit(ask(scene(), web, { resource }).url), web, 'invalid_target')
  })

  test.each(['/mcp/', '/mcp/absent', '/mcp?a=b', '/mcp#a', '/MCP', '', '/mcp/target/..'])(
    'is for an exact resource: not `%s`',
    async (path) => {
      const resource = `${scene().issuer}${path}`
      expectTold(await ann.visit(ask(scene(), web, { resource }).url), web, 'invalid_target')
    },
  )

  test('asks a person even when a client would rather not', async () => {
    for (const prompt of ['none', 'login none']) {
      const page = await ann.visit(ask(scene(), web, { prompt }).url)
      expect(leaving(page)?.searchParams.get('error')).toMatch(/_required$|^invalid_request$/)
    }
  })
})

describe('the answer', () => {
  test.each(['a+b c', '%20%2B', 'ä€😀', '"><script>', '\u0000', 'x'.repeat(500)])(
    'brings state back as it was: %j',
    async (state) => {
      const { answer } = await codeOf(scene(), ann, app, { state })
      expect(answer.searchParams.getAll('state')).toEqual([state])
      expect(answer.searchParams.getAll('code')).toHaveLength(1)
      expect(answer.searchParams.getAll('iss')).toEqual([scene().issuer])
      expect(answer.hash).toBe('')
    },
  )

  test('differs each time', async () => {
    const codes = []
    for (let count = 0; count < 5; count++)
      codes.push((await codeOf(scene(), ann, app, { state: 'same' })).code)
    expect(new Set(codes).size).toBe(5)
    for (const code of codes) expect(code.length).toBeGreaterThanOrEqual(32)
  })
})

describe('a pushed request', () => {
  const push = async (client: KnownClient, changes: Changes = {}) => {
    const asked = ask(scene(), client, changes)
    const form = Object.fromEntries(new URL(asked.url).searchParams)
    const response = await post(scene(), '/oauth/par', form, client.headers)
    const body = (await response.json()) as { readonly request_uri: string }
    return { ...asked, status: response.status, request_uri: body.request_uri }
  }
  const open = (client: KnownClient, request_uri: string): string => {
    const query = new URLSearchParams({ client_id: client.id, request_uri })
    return `${scene().issuer}/oauth/authorize?${query}`
  }

  test('is good once, for its client, for its time', async () => {
    const { request_uri, status, verifier } = await push(desk)
    expect(status).toBe(201)
    const others = await ann.visit(open(web, request_uri))
    expectTold(others, web, 'invalid_request_object')
    const answer = await approve(ann, { url: open(desk, request_uri), verifier })
    const code = answer.searchParams.get('code') ?? ''
    expect((await redeem(scene(), desk, { code, verifier })).status).toBe(200)
    expectTold(await ann.visit(open(desk, request_uri)), desk, 'invalid_request_uri')
    const late = await push(desk)
    const pushed = scene()
      .store.db.updateTable('oauth_object')
      .set({ expires: Date.now() - 1 })
    await pushed.where('model', '=', 'PushedAuthorizationRequest').execute()
    expectTold(await ann.visit(open(desk, late.request_uri)), desk, 'invalid_request_uri')
  })

  test('takes nothing from the address besides', async () => {
    const { request_uri } = await push(desk, { scope: 'read' })
    const more = `&scope=execute&redirect_uri=${encodeURIComponent('https://evil.example/cb')}`
    const page = await ann.visit(`${open(desk, request_uri)}${more}`)
    expect(page.text).not.toContain('evil.example')
    expect(page.text).not.toContain('level-execute')
  })

  test('of a confidential client needs its proof', async () => {
    const form = Object.fromEntries(new URL(ask(scene(), desk).url).searchParams)
    expect(await said(await post(scene(), '/oauth/par', form))).toMatch(/^40[01] invalid_client$/)
  })
})

describe('a challenge', () => {
  test('of one request does not fit the verifier of another', async () => {
    const first = await codeOf(scene(), ann, app)
    const second = await codeOf(scene(), ann, app)
    const crossed = { code: first.code, verifier: second.verifier }
    expect(await said(await redeem(scene(), app, crossed))).toBe('400 invalid_grant')
  })

  test('is compared with a digest, never with the verifier itself', async () => {
    const verifier = 'v'.repeat(43)
    const granted = await codeOf(scene(), ann, app, { code_challenge: verifier })
    expect(await said(await redeem(scene(), app, { ...granted, verifier }))).toBe(
      '400 invalid_grant',
    )
    const good = await tokensOf(scene(), ann, app)
    expect(good.token_type).toBe('Bearer')
    expect(challengeOf(verifier)).not.toBe(verifier)
  })
})
