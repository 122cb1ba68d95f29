import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSeal } from '../../../src/kernel/seal.ts'
import { createSigningKeys } from '../../../src/oauth/engine/keys.ts'
import { settingsOf } from '../../../src/oauth/engine/options.ts'
import { ENGINES } from '../../../src/store/testing/fresh-store.ts'
import { post, refresh, said, type Tokens, tokensOf } from '../attacks/flow.ts'
import { bearer, callIn, initialize } from '../attacks/mcp.ts'
import { type Browser, type KnownClient, newClient, newPerson, signedIn } from '../attacks/scene.ts'
import {
  at,
  BOTH,
  calling,
  type KeyedAgent,
  newAgent,
  PATIENCE,
  refreshing,
  tokenIn,
  twenty,
} from './actors.ts'
import { type Pair, startPair } from './pair.ts'

// What one process ends is over at the other, and what one does to keys the other honours.

describe.each(ENGINES)('two processes on one database: %s', (engine) => {
  let pair: Pair
  let ann: Browser
  let app: KnownClient

  beforeAll(async () => {
    pair = await startPair(engine)
    await newPerson(pair, 'ann')
    app = await newClient(pair, 'app')
    ann = await signedIn(pair, 'ann')
  }, 120_000)
  afterAll(() => pair?.close())

  const newTokens = (browser = ann, client = app): Promise<Tokens> =>
    tokensOf(pair, browser, client, { resource: `${pair.issuer}/mcp/target` })

  const expectGood = async (token: string): Promise<void> => {
    for (const process of BOTH) expect(await calling(pair, token, process)).toBe(200)
  }
  const expectOver = async (token: string): Promise<void> => {
    for (const process of BOTH)
      await expect.poll(() => calling(pair, token, process), { timeout: PATIENCE }).toBe(401)
  }
  const botToken = async (bot: KeyedAgent, process: 'a' | 'b'): Promise<string> =>
    tokenIn(await bot.ask(at(process)))

  test('a grant that a client gives back at one is over there at once, and soon at the other', async () => {
    const { access_token, refresh_token } = await newTokens()
    await expectGood(access_token)
    const given = { client_id: app.id, token: refresh_token }
    expect((await post(pair, '/oauth/revoke', given, at('a'))).status).toBe(200)
    expect(await calling(pair, access_token, 'a')).toBe(401)
    await expectOver(access_token)
    expect(await refreshing(pair, app, refresh_token)).toEqual([
      '400 invalid_grant',
      '400 invalid_grant',
    ])
  })

  test('a session at the other ends, with its stream', async () => {
    const { access_token, refresh_token } = await newTokens()
    const proof = { ...bearer(access_token), ...at('b') }
    const begun = await initialize(pair, proof)
    const session = begun.headers.get('mcp-session-id') ?? ''
    expect((await callIn(pair, proof, session)).status).toBe(200)
    const stream = await fetch(`${pair.issuer}/mcp/target`, {
      headers: {
        ...proof,
        accept: 'text/event-stream',
        'mcp-session-id': session,
        'mcp-protocol-version': '2025-11-25',
      },
      signal: AbortSignal.timeout(2 * PATIENCE),
    })
    expect(stream.status).toBe(200)
    const ended = stream.text().then(
      () => 'ended',
      ({ name }: Error) => (name === 'TimeoutError' ? 'still open' : 'ended'),
    )
    await post(pair, '/oauth/revoke', { client_id: app.id, token: refresh_token }, at('a'))
    expect(await ended).toBe('ended')
    const { access_token: fresh } = await newTokens()
    expect((await callIn(pair, { ...bearer(fresh), ...at('b') }, session)).status).toBe(404)
  })

  test('a user who is disabled is refused by both, with every token', async () => {
    await newPerson(pair, 'joe')
    const joe = await signedIn(pair, 'joe')
    const { access_token, refresh_token } = await newTokens(joe)
    await expectGood(access_token)
    await pair.operator.administration.users.disable('joe')
    await expectOver(access_token)
    for (const answer of await refreshing(pair, app, refresh_token)) expect(answer).toMatch(/^400 /)
  })

  test('a client that is disabled is refused by both', async () => {
    const gone = await newClient(pair, 'gone')
    const { access_token, refresh_token } = await newTokens(ann, gone)
    await expectGood(access_token)
    await pair.operator.clients.disable('gone')
    await expectOver(access_token)
    for (const answer of await refreshing(pair, gone, refresh_token))
      expect(answer).toMatch(/^40[01] invalid_/)
  })

  test('an agent that is disabled is refused by both', async () => {
    const bot = await newAgent(pair, 'bot', 'ann')
    const token = await botToken(bot, 'a')
    await expectGood(token)
    await pair.operator.administration.agents.disable('bot')
    await expectOver(token)
    for (const process of BOTH) expect((await bot.ask(at(process))).status).toBe(401)
  })

  test('clients that refresh together at both get one and the same successor', async () => {
    const before = await newTokens()
    const answers = await twenty((to) => refresh(pair, app, before.refresh_token, {}, to))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    const all = await Promise.all(answers.map(async (one) => (await one.json()) as Tokens))
    const [successor = '', ...others] = new Set(all.map(({ refresh_token }) => refresh_token))
    expect(others).toEqual([])
    expect(successor).not.toBe(before.refresh_token)
    expect(await said(await refresh(pair, app, successor, {}, at('a')))).toBe('200')
    // The successor was used, which ends the grace: the first token is stolen goods at both.
    expect(await said(await refresh(pair, app, before.refresh_token, {}, at('b')))).toBe(
      '400 invalid_grant',
    )
    for (const { access_token } of all.slice(0, 2)) await expectOver(access_token)
  })

  test('keys change while both work, and no request fails', async () => {
    const bot = await newAgent(pair, 'worker', 'ann')
    const keys = keysOf(pair)
    const [first] = await keys.list()
    let changed = false
    const seen: number[] = []
    const work = async (here: 'a' | 'b', there: 'a' | 'b'): Promise<void> => {
      for (let after = 0; after < 10; after += changed ? 1 : 0) {
        const token = await botToken(bot, here)
        seen.push(await calling(pair, token, there))
      }
    }
    const working = [work('a', 'b'), work('b', 'a')]
    await keys.rotate()
    await keys.advance()
    changed = true
    await Promise.all(working)
    expect(new Set(seen)).toEqual(new Set([200]))
    expect((await keys.list()).find(({ state }) => state === 'active')?.id).not.toBe(first?.id)
  })

  test('what a key signed that was taken out is void at both', async () => {
    const bot = await newAgent(pair, 'signer', 'ann')
    const keys = keysOf(pair)
    const tokens = [await botToken(bot, 'a'), await botToken(bot, 'b')]
    for (const token of tokens) await expectGood(token)
    for (const { id } of await keys.list()) await keys.retire(id)
    for (const token of tokens) await expectOver(token)
    for (const process of BOTH)
      await expect
        .poll(async () => calling(pair, await botToken(bot, process), process), {
          timeout: PATIENCE,
        })
        .toBe(200)
  })
})

/** The keys as a third replica has them, one that does not wait before a new key signs. */
function keysOf({ store, sealKey, issuer }: Pair) {
  const settings = settingsOf({
    ...{ store, sealKey, publicOrigin: issuer, clock: Date.now, randomId: () => 'none' },
    witness: async () => {},
    log: () => {},
    keyPolicy: { publishFor: 0 },
    clients: {} as never,
    principals: {} as never,
    resources: {} as never,
  })
  return createSigningKeys(settings, createSeal(sealKey, 'engine'))
}
