import { createHash, randomBytes } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect } from 'vitest'
import { TEST_TLS } from '../../src/http/testing/tls.ts'
import { WEB_HOST } from './scene.ts'

/** Milliseconds for a browser to come back. */
const PATIENCE = 10_000

/** A program that asks for access, with a real listener behind its redirect address. */
export interface Client {
  readonly name: string
  readonly redirect: string
  /** Where the browser has to be sent. */
  ask(wish?: Wish): Asked
  /** What browsers brought, newest last. */
  readonly arrived: readonly URLSearchParams[]
  /** The next that a browser brings. */
  next(): Promise<URLSearchParams>
  /** Exchanges the code of an answer. */
  redeem(asked: Asked, answer: URLSearchParams): Promise<Tokens>
  stop(): Promise<void>
}

interface Wish {
  readonly scope?: string
  /** Parameters besides. */
  readonly more?: Readonly<Record<string, string>>
}

interface Asked {
  readonly url: string
  readonly state: string
  readonly verifier: string
}

/** What a client gets for a code. */
export interface Tokens {
  readonly access_token: string
  readonly refresh_token?: string
  readonly scope: string
}

interface Kind {
  readonly name?: string
  /** Behind HTTPS, under a name; else on this machine, over HTTP. */
  readonly web?: boolean
  /** Makes it known; it registers itself if not given. Resolves to its id. */
  readonly register?: (redirect: string) => Promise<string>
}

/** Starts a client of the authorization server at `issuer`, and makes it known there. */
export async function startClient(issuer: string, kind: Kind = {}): Promise<Client> {
  const { name = 'Editor', web = false } = kind
  const arrived: URLSearchParams[] = []
  const waiting: ((answer: URLSearchParams) => void)[] = []
  const listener: RequestListener = (request, response) => {
    const url = new URL(request.url ?? '/', 'http://client.example')
    if (url.pathname === '/callback') {
      arrived.push(url.searchParams)
      waiting.shift()?.(url.searchParams)
    }
    response.setHeader('content-type', 'text/html').end('<h1>Back at the client</h1>')
  }
  const server = web ? createTlsServer(TEST_TLS, listener) : createServer(listener)
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const { port } = server.address() as AddressInfo
  const redirect = `${web ? `https://${WEB_HOST}` : 'http://127.0.0.1'}:${port}/callback`
  const id = await (kind.register ?? ((address) => registerItself(issuer, name, address)))(redirect)
  return {
    name,
    redirect,
    arrived,
    ask: (wish) => ask(issuer, id, redirect, wish),
    next: () =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no browser came to ${redirect}`)), PATIENCE)
        waiting.push((answer) => {
          clearTimeout(late)
          resolve(answer)
        })
      }),
    redeem: (asked, answer) => redeem(issuer, id, redirect, asked, answer),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function registerItself(issuer: string, name: string, redirect: string): Promise<string> {
  const response = await fetch(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: name, redirect_uris: [redirect] }),
  })
  const answer = await response.text()
  expect(response.status, answer).toBe(201)
  const { client_id } = JSON.parse(answer) as { client_id: string }
  return client_id
}

function ask(
  issuer: string,
  id: string,
  redirect: string,
  { scope = 'read', more = {} }: Wish = {},
): Asked {
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(8).toString('base64url')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: id,
    redirect_uri: redirect,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    resource: `${issuer}/mcp`,
    state,
    scope,
    ...more,
  })
  return { url: `${issuer}/oauth/authorize?${query}`, state, verifier }
}

async function redeem(
  issuer: string,
  id: string,
  redirect: string,
  { verifier }: Asked,
  answer: URLSearchParams,
): Promise<Tokens> {
  const response = await fetch(`${issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: answer.get('code') ?? '',
      client_id: id,
      redirect_uri: redirect,
      code_verifier: verifier,
      resource: `${issuer}/mcp`,
    }),
  })
  expect(response.status).toBe(200)
  return (await response.json()) as Tokens
}
