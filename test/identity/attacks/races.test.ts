import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { newKey, sign } from '../../../src/oauth/machines/testing/keys.ts'
import { send } from './answers.ts'
import { ask, atOnce, codeOf, type Granted, post, redeem, refresh, said, tokensOf } from './flow.ts'
import { answer, formOf } from './pages.ts'
import { newProver } from './proof.ts'
import { type Browser, type KnownClient, newClient, newPerson, sceneOf, signedIn } from './scene.ts'

// On a database elsewhere, where every question takes its time and requests overtake each other.
const scene = sceneOf({ tokens: { refreshGrace: '0s' } }, {}, 'postgres')
const key = newKey()
let ann: Browser
let app: KnownClient

beforeAll(async () => {
  await newPerson(scene(), 'ann')
  ann = await signedIn(scene(), 'ann')
  app = await newClient(scene(), 'app')
  await scene().operator.administration.agents.create({
    id: 'bot',
    name: 'Bot',
    owner: 'ann',
    purpose: 'tests',
    scopes: ['read'],
    keys: [key.jwk],
  })
})

const successes = (answers: readonly string[]): number =>
  answers.filter((one) => one === '200').length

describe('of twenty at once, one succeeds at most:', () => {
  test('exchanges of a code', async () => {
    const granted = await codeOf(scene(), ann, app)
    const answers = await atOnce(scene(), async () => said(await redeem(scene(), app, granted)))
    expect(successes(answers)).toBeLessThanOrEqual(1)
    expect(new Set(answers)).toContain('400 invalid_grant')
  })

  test('uses of a refresh token', async () => {
    const { refresh_token } = await tokensOf(scene(), ann, app)
    const answers = await atOnce(scene(), async () =>
      said(await refresh(scene(), app, refresh_token)),
    )
    expect(successes(answers)).toBeLessThanOrEqual(1)
    expect(new Set(answers)).toContain('400 invalid_grant')
  })

  test('uses of a proof at the token endpoint', async () => {
    const dpop = await newProver().prove('POST', `${scene().issuer}/oauth/token`)
    const codes: Granted[] = []
    for (let count = 0; count < 20; count++) codes.push(await codeOf(scene(), ann, app))
    const answers = await atOnce(scene(), async (index) =>
      said(await redeem(scene(), app, codes[index] as Granted, {}, { dpop })),
    )
    expect(successes(answers)).toBe(1)
  })

  test('uses of what an agent says of itself', async () => {
    const now = Math.floor(Date.now() / 1_000)
    const lives = { jti: randomUUID(), iat: now, exp: now + 60 }
    const form = {
      grant_type: 'client_credentials',
      resource: `${scene().issuer}/mcp`,
      client_id: 'bot',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await sign(key, {
        iss: 'bot',
        sub: 'bot',
        aud: scene().issuer,
        ...lives,
      }),
    }
    const answers = await atOnce(scene(), async () =>
      said(await post(scene(), '/oauth/token', form)),
    )
    expect(successes(answers)).toBe(1)
  })

  test('ways on from an answered consent page', async () => {
    const form = formOf(await ann.visit(ask(scene(), app).url))
    const answered = await answer(scene(), ann, form)
    const place = new URL(answered.headers.get('location') ?? '', scene().issuer)
    const cookie = [ann.cookies, ...answered.headers.getSetCookie().map((one) => one.split(';')[0])]
    const headers = { cookie: cookie.join('; ') }
    const answers = await atOnce(scene(), () => send(place, { headers }))
    const codes = answers.filter((one) => one.headers.get('location')?.includes('code='))
    expect(codes).toHaveLength(1)
  })
})
