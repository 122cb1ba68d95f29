import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENGINES } from '../../../src/store/testing/fresh-store.ts'
import { codeOf, redeem, refresh, type Tokens, tokensOf } from '../attacks/flow.ts'
import { call, served } from '../attacks/mcp.ts'
import { type Browser, type KnownClient, newClient, newPerson, signedIn } from '../attacks/scene.ts'
import {
  at,
  BOTH,
  calling,
  callWith,
  newAgent,
  PATIENCE,
  refreshing,
  tokenIn,
  twenty,
} from './actors.ts'
import { type Pair, startPair } from './pair.ts'

// Requests go to two processes on one database, half of them to each: what may happen once happens once.

describe.each(ENGINES)('two processes on one database: %s', (engine) => {
  let pair: Pair
  let ann: Browser
  let app: KnownClient

  beforeAll(async () => {
    pair = await startPair(engine, { tokens: { refreshGrace: '0s' } })
    await newPerson(pair, 'ann')
    app = await newClient(pair, 'app')
    ann = await signedIn(pair, 'ann')
  }, 120_000)
  afterAll(() => pair?.close())

  const resource = () => ({ resource: `${pair.issuer}/mcp/target` })
  const newTokens = (): Promise<Tokens> => tokensOf(pair, ann, app, resource())

  /** The statuses of answers, and the tokens of those that gave some. */
  async function tokensOfAll(answers: readonly Response[]): Promise<readonly Tokens[]> {
    for (const { status } of answers) expect([200, 400]).toContain(status)
    const good = answers.filter(({ status }) => status === 200)
    return Promise.all(good.map(async (one) => (await one.json()) as Tokens))
  }

  /** Neither process takes anything of the grant any more. */
  async function expectDead({ access_token, refresh_token }: Tokens): Promise<void> {
    for (const process of BOTH)
      await expect.poll(() => calling(pair, access_token, process), { timeout: PATIENCE }).toBe(401)
    expect(await refreshing(pair, app, refresh_token)).toEqual([
      '400 invalid_grant',
      '400 invalid_grant',
    ])
  }

  test('a browser that is led from one to the other gets tokens that both take', async () => {
    const { access_token } = await newTokens()
    for (const process of BOTH) expect(await calling(pair, access_token, process)).toBe(200)
  })

  test('a code is redeemed once, and the replay ends the grant at both', async () => {
    const granted = await codeOf(pair, ann, app, resource())
    const won = await tokensOfAll(await twenty((to) => redeem(pair, app, granted, {}, to)))
    expect(won.length).toBeLessThanOrEqual(1)
    for (const tokens of won) await expectDead(tokens)
    expect(await pair.events('code.replayed')).not.toEqual([])
  })

  test('a code that was redeemed at one is a replay at the other', async () => {
    const granted = await codeOf(pair, ann, app, resource())
    const first = await redeem(pair, app, granted, {}, at('a'))
    expect(first.status).toBe(200)
    const tokens = (await first.json()) as Tokens
    expect((await redeem(pair, app, granted, {}, at('b'))).status).toBe(400)
    await expectDead(tokens)
  })

  test('a refresh token is used once, and the second use ends the grant at both', async () => {
    const before = await newTokens()
    const answers = await twenty((to) => refresh(pair, app, before.refresh_token, {}, to))
    const won = await tokensOfAll(answers)
    expect(won.length).toBeLessThanOrEqual(1)
    for (const tokens of [before, ...won]) await expectDead(tokens)
  })

  test('a client assertion is taken once', async () => {
    const bot = await newAgent(pair, 'bot', 'ann')
    const assertion = await bot.key.assertion(bot.id, pair.issuer)
    const answers = await twenty((to) => bot.ask(to, assertion))
    const good = answers.filter(({ status }) => status === 200)
    expect(good).toHaveLength(1)
    for (const { status } of answers) expect([200, 400, 401]).toContain(status)
  })

  test('a proof of possession is taken once, at the token endpoint and at a server', async () => {
    const agent = await newAgent(pair, 'holder', 'ann')
    const url = `${pair.issuer}/oauth/token`
    const dpop = await agent.key.proof({ method: 'POST', url })
    const answers = await twenty((to) => agent.ask({ dpop, ...to }))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)

    const [token = ''] = await Promise.all(
      answers.filter(({ status }) => status === 200).map(tokenIn),
    )
    const request = { method: 'POST', url: `${pair.issuer}/mcp/target` }
    const authorization = `DPoP ${token}`
    // Where the processes have no secret in common, each wants a nonce of its own.
    const nonceOf = async (to: Readonly<Record<string, string>>) => {
      const first = await agent.key.proof(request, { token })
      const response = await call(pair, { authorization, dpop: first, ...to })
      return response.headers.get('dpop-nonce') ?? undefined
    }
    const nonce = await nonceOf(at('a'))
    const proof = { dpop: await agent.key.proof(request, { token, nonce }) }
    const calls = await twenty((to) => call(pair, { authorization, ...proof, ...to }))
    expect((await Promise.all(calls.map(served))).filter(Boolean)).toHaveLength(1)
    expect(await callWith(pair, { authorization, ...proof, ...at('b') })).toBe(false)
  })
})
