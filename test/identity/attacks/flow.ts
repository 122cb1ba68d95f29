import { createHash, randomBytes } from 'node:crypto'
import type { Seen } from '../../support/person.ts'
import { send } from './answers.ts'
import type { Browser, KnownClient, Scene } from './scene.ts'

/** What replaces parameters of a request; `undefined` leaves one out, a list gives it often. */
export type Changes = Readonly<Record<string, string | readonly string[] | undefined>>

/** A client's side of one authorization request. */
interface Asked {
  readonly url: string
  readonly verifier: string
}

/** A code, and what belongs to it. */
export interface Granted {
  readonly code: string
  readonly verifier: string
  /** Where the browser was sent. */
  readonly answer: URL
}

/** Tokens as the token endpoint gives them. */
export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly scope: string
  readonly token_type: string
  readonly expires_in: number
}

/** The way of asking of a client that does everything right, but for what is changed. */
export function ask(
  { issuer }: Pick<Scene, 'issuer'>,
  client: KnownClient,
  changes: Changes = {},
): Asked {
  const verifier = randomBytes(32).toString('base64url')
  const parameters = {
    response_type: 'code',
    client_id: client.id,
    redirect_uri: client.redirect,
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    resource: `${issuer}/mcp`,
    scope: 'read offline_access',
    state: randomBytes(8).toString('base64url'),
  }
  return { verifier, url: `${issuer}/oauth/authorize?${form(parameters, changes)}` }
}

export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

function form(parameters: Changes, changes: Changes): URLSearchParams {
  const all = Object.entries({ ...parameters, ...changes })
  return new URLSearchParams(
    all.flatMap(([name, value]) =>
      value === undefined ? [] : [value].flat().map((one): [string, string] => [name, String(one)]),
    ),
  )
}

/** Where a page sends the browser away to; undefined while it stays. */
export function leaving({ headers, url }: Seen): URL | undefined {
  const location = headers.get('location')
  return location === null ? undefined : new URL(location, url)
}

/** Allows what a browser that is signed in is asked. */
export async function approve(browser: Browser, { url }: Asked): Promise<URL> {
  const page = await browser.visit(url)
  const answered = await browser.submit(page, '/consent', { answer: 'allow' })
  const to = leaving(answered)
  if (to === undefined) throw new Error(`nobody was sent away:\n${answered.text}`)
  return to
}

/** Goes all the way to a code. */
export async function codeOf(
  scene: Pick<Scene, 'issuer'>,
  browser: Browser,
  client: KnownClient,
  changes: Changes = {},
): Promise<Granted> {
  const asked = ask(scene, client, changes)
  const answer = await approve(browser, asked)
  return { code: answer.searchParams.get('code') ?? '', verifier: asked.verifier, answer }
}

/** Sends a form to an endpoint of the authorization server. */
export function post(
  { issuer }: Pick<Scene, 'issuer'>,
  path: string,
  parameters: Changes,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return send(`${issuer}${path}`, { method: 'POST', headers, body: form(parameters, {}) })
}

/** Exchanges a code. */
export function redeem(
  scene: Pick<Scene, 'issuer'>,
  client: KnownClient,
  { code, verifier }: Pick<Granted, 'code' | 'verifier'>,
  changes: Changes = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return post(
    scene,
    '/oauth/token',
    {
      grant_type: 'authorization_code',
      client_id: client.id,
      code,
      redirect_uri: client.redirect,
      code_verifier: verifier,
      ...changes,
    },
    { ...client.headers, ...headers },
  )
}

/** Exchanges a refresh token. */
export function refresh(
  scene: Pick<Scene, 'issuer'>,
  client: KnownClient,
  token: string,
  changes: Changes = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return post(
    scene,
    '/oauth/token',
    { grant_type: 'refresh_token', client_id: client.id, refresh_token: token, ...changes },
    { ...client.headers, ...headers },
  )
}

/** Goes all the way to tokens. */
export async function tokensOf(
  scene: Pick<Scene, 'issuer'>,
  browser: Browser,
  client: KnownClient,
  changes: Changes = {},
): Promise<Tokens> {
  const response = await redeem(scene, client, await codeOf(scene, browser, client, changes))
  if (response.status !== 200) throw new Error(`no tokens: ${await response.text()}`)
  return (await response.json()) as Tokens
}

/** Status and error code of an answer of the authorization server. */
export async function said(response: Response): Promise<string> {
  const text = await response.text()
  const error = text.startsWith('{') ? JSON.parse(text).error : undefined
  return error === undefined ? `${response.status}` : `${response.status} ${error}`
}

/** Does something twenty times at once, over connections that are open already. */
export async function atOnce<T>(
  { issuer }: Pick<Scene, 'issuer'>,
  make: (index: number) => Promise<T>,
): Promise<readonly T[]> {
  const twenty = Array.from({ length: 20 }, (_, index) => index)
  await Promise.all(twenty.map(() => send(`${issuer}/oauth/jwks`)))
  return Promise.all(twenty.map(make))
}
