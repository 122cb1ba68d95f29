import type { JsonObject } from '../../src/kernel/json.ts'
import { ask, post, redeem, type Tokens } from '../identity/attacks/flow.ts'
import { newKey } from '../identity/key.ts'
import { type RunningGateway, tokensOf } from '../support/gateway.ts'
import { openOperator } from '../support/operator.ts'
import { PASSWORD, signIn } from '../support/owner.ts'
import { person } from '../support/person.ts'

/** The groups of the people that there are, by their ids; each is a role. */
const PEOPLE = {
  olga: ['owners'],
  omar: ['operators'],
  ann: ['approvers'],
  aud: ['auditors'],
  mia: ['staff'],
} as const
export type PersonId = keyof typeof PEOPLE

/** A registered program, and an agent that may act for people. */
const APP = { id: 'app', redirect: 'http://127.0.0.1:7777/callback', headers: {} }
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** Ways to come to the admin API: each gives the headers that a request then shows. */
export interface Callers {
  /** A person in a browser, on a page of ours. */
  session(id: PersonId): Promise<Readonly<Record<string, string>>>
  /** A program that a person let in. */
  token(id: PersonId, scope?: string): Promise<Readonly<Record<string, string>>>
  /** A machine identity, by itself: in no group, or in those that it is made with. */
  agent(id: 'robot' | 'machine'): Promise<Readonly<Record<string, string>>>
  /** An agent that acts for a person. */
  actingFor(id: PersonId): Promise<Readonly<Record<string, string>>>
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** Makes people, a program and agents on a gateway that has its owner. */
export async function makeCallers(gateway: RunningGateway): Promise<Callers> {
  const { issuer } = gateway
  const key = newKey()
  const operator = await openOperator(gateway)
  const { users, agents } = operator.directory
  for (const [id, groups] of Object.entries(PEOPLE)) {
    await users.create({ id, name: `${id} of the tests`, groups: [...groups] })
    await operator.setPassword(id as never, PASSWORD)
  }
  const terms = { owner: 'olga', purpose: 'tests', keys: [key.public as JsonObject] }
  const scopes = ['execute']
  await agents.create({ ...terms, id: 'robot', name: 'Robot', scopes, mayActForUsers: true })
  const machine = { ...terms, id: 'machine', name: 'Machine', groups: ['owners', 'operators'] }
  await agents.create({ ...machine, scopes, keys: [newKey().public as JsonObject] })
  const { id, redirect } = APP
  await operator.clients.register({ id, name: 'App', method: 'none', redirects: [redirect] })
  await operator.close()
  // A token of the same second in which somebody was set up is void with what came before; the gateway
  // hears of that a little later, and may take it until then.
  await new Promise((resolve) => setTimeout(resolve, 1_000 - (Date.now() % 1_000)))

  const resource = `${issuer}/admin`
  const operatorToken = tokensOf(gateway.dataDir, issuer)
  const tokenOf = async (who: PersonId, scope: string): Promise<string> => {
    const asked = ask({ issuer }, APP, { resource, scope })
    const browser = person(issuer)
    const login = await browser.visit(asked.url)
    const page = await signIn(browser, login, { user: who, password: PASSWORD })
    if (browser.left === undefined) await browser.submit(page, '/consent', { answer: 'allow' })
    const code = browser.left?.searchParams.get('code') ?? ''
    const given = await redeem({ issuer }, APP, { code, verifier: asked.verifier })
    return tokenIn(given)
  }
  return {
    session: (who) => sessionOf(issuer, who),
    token: async (who, scope = 'write') => bearer(await tokenOf(who, scope)),
    agent: async (who) =>
      bearer(await operatorToken('/admin', { subject: `agent:${who}`, scopes })),
    actingFor: async (who) => {
      const exchanged = await post({ issuer }, '/oauth/token', {
        ...{ grant_type: TOKEN_EXCHANGE, resource, scope: 'write' },
        ...{ subject_token: await tokenOf(who, 'write'), subject_token_type: ACCESS_TOKEN },
        ...(await key.assertion('robot', issuer)),
      })
      return bearer(await tokenIn(exchanged))
    },
  }
}

async function sessionOf(issuer: string, who: string): Promise<Readonly<Record<string, string>>> {
  const cookies = new Map<string, string>()
  const browser = person(issuer, async (url, init) => {
    const response = await fetch(url, { ...init, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    return response
  })
  const page = await browser.visit('/oauth/account/login?return_to=/console/')
  const end = await signIn(browser, page, { user: who, password: PASSWORD })
  if (new URL(end.url).pathname !== '/console/') throw new Error(`no login:\n${end.text}`)
  return {
    cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
    'x-bailiwick-console': '1',
    'sec-fetch-site': 'same-origin',
  }
}

async function tokenIn(response: Response): Promise<string> {
  const { access_token: token } = (await response.json()) as Partial<Tokens>
  if (token === undefined) throw new Error(`no token: ${response.status}`)
  return token
}
