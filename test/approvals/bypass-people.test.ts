import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { codeOf, post, redeem, type Tokens } from '../identity/attacks/flow.ts'
import { hashOf, newProver } from '../identity/attacks/proof.ts'
import { newClient, type Scene, signedIn } from '../identity/attacks/scene.ts'
import { type Answered, answerTo, asksFor, call } from './call.ts'
import { TOOLS } from './policies.ts'
import { approvals, onRecord, type PersonId, reached } from './scene.ts'

// Who says yes: never whose call it is, and nothing that holds a token.

const scene = approvals()
const ADMIN = (): string => `${scene().issuer}/admin`
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** A token with which the agent acts for a person. */
async function exchanged(subject: string, resource: string, scope: string): Promise<string> {
  const { issuer, robot } = scene()
  const response = await post({ issuer }, '/oauth/token', {
    ...{ grant_type: EXCHANGE, resource, scope },
    ...{ subject_token: subject, subject_token_type: TOKEN },
    ...(await robot.assertion('robot', issuer)),
  })
  return ((await response.json()) as Tokens).access_token
}

/** That it still waits, and nobody has said anything. */
async function untouched({ id }: Answered): Promise<void> {
  const { json } = await scene().own(`GET /approvals/${id}`)
  expect(json.approval).toMatchObject({ state: 'pending', votes: [] })
}

describe('nobody approves their own call', () => {
  let robots: Answered
  let actsForAnn: Answered
  let anns: Answered
  beforeAll(async () => {
    const args = { path: randomUUID() }
    const own = await scene().issued('/mcp/target', { subject: 'agent:robot', scopes: ['execute'] })
    const ann = await scene().token('ann')
    const acting = await exchanged(ann, `${scene().issuer}/mcp/target`, 'execute')
    anns = await call(scene(), ann, 'pay', args)
    robots = await call(scene(), own, 'pay', args)
    actsForAnn = await call(scene(), acting, 'pay', args)
  })

  test.each<readonly [string, PersonId, () => Answered]>([
    ['one’s own', 'ann', () => anns],
    ['of the agent that one answers for', 'olga', () => robots],
    ['of an agent that acts for oneself', 'ann', () => actsForAnn],
    ['of one’s agent that acts for somebody', 'olga', () => actsForAnn],
  ])('%s', async (_, who, waits) => {
    const said = await answerTo(scene(), who, waits())
    expect([said.status, said.json.code]).toEqual([403, 'approver_refused'])
    expect(await onRecord(scene(), waits().id)).toContain('approval.refused refused own-call')
    await untouched(waits())
  })

  test('who is not asked does not hear of it', async () => {
    const said = await answerTo(scene(), 'eve', anns)
    expect([said.status, said.json.code]).toEqual([404, 'item_unknown'])
    await untouched(anns)
    expect(reached(scene())).toEqual([])
  })
})

describe('nothing that holds a token approves', () => {
  const ways: Readonly<Record<string, (path: string) => Promise<Record<string, string>>>> = {
    'of the person who may answer': async () =>
      bearer(await scene().token('bo', scene().app, ADMIN(), 'write')),
    'of that person, bound to a key': bound,
    'of an agent': async () =>
      bearer(await scene().issued('/admin', { subject: 'agent:robot', scopes: ['write'] })),
    'of an agent that acts for that person': async () =>
      bearer(
        await exchanged(await scene().token('bo', scene().app, ADMIN(), 'write'), ADMIN(), 'write'),
      ),
    'of the owner of the machine': async () =>
      bearer(await scene().issued('/admin', { scopes: ['write'] })),
    'in the name of that person, of the owner of the machine': async () =>
      bearer(await scene().issued('/admin', { subject: 'user:bo', scopes: ['write'] })),
    'of that person, beside their cookie': async () => ({
      ...(await scene().console('bo')),
      ...bearer(await scene().token('bo', scene().app, ADMIN(), 'write')),
    }),
  }

  async function bound(path: string): Promise<Record<string, string>> {
    const { issuer } = scene()
    const key = newProver()
    const id = `bound-${randomUUID()}`
    const client = await newClient(scene() as unknown as Scene, id, { bound: true })
    const browser = await signedIn({ issuer }, 'bo')
    const granted = await codeOf({ issuer }, browser, client, { resource: ADMIN(), scope: 'write' })
    const dpop = await key.prove('POST', `${issuer}/oauth/token`)
    const given = await redeem({ issuer }, client, granted, {}, { dpop })
    const { access_token: token } = (await given.json()) as Tokens
    const address = `${issuer}/admin/api/v1${path}`
    const prove = (nonce: object) => key.prove('POST', address, { ath: hashOf(token), ...nonce })
    const asked = await fetch(address, {
      method: 'POST',
      headers: { authorization: `DPoP ${token}`, dpop: await prove({}) },
    })
    const nonce = asked.headers.get('dpop-nonce')
    return { authorization: `DPoP ${token}`, dpop: await prove({ nonce }) }
  }

  const AGENTS = ['of an agent', 'of an agent that acts for that person']

  test.each(Object.entries(ways))('%s', async (name, way) => {
    const waits = await asksFor(scene(), 'pay')
    const path = `/approvals/${waits.id}/answer`
    const body = { verdict: 'approve', digest: waits.digest }
    const said = await scene().api(`POST ${path}`, await way(path), body)
    if (AGENTS.includes(name)) {
      // To agents the control plane has nothing to say at all.
      expect([said.status, said.json.code]).toEqual([403, 'role_insufficient'])
      const { items } = (await scene().own('GET /events?event=token.refused&limit=1')).json
      expect(items).toMatchObject([
        {
          outcome: 'refused',
          detail: { why: 'role_insufficient', path: expect.stringContaining(path) },
        },
      ])
    } else {
      expect([said.status, said.json.code]).toEqual([403, 'person_required'])
      expect(await onRecord(scene(), waits.id)).toEqual([
        'approval.requested done',
        'approval.refused refused person_required',
      ])
    }
    await untouched(waits)
    expect(reached(scene())).toEqual([])
  })

  test('a token is not even told what a passkey would sign', async () => {
    const waits = await asksFor(scene(), 'key')
    const token = await scene().token('bo', scene().app, ADMIN(), 'write')
    const said = await scene().api(`POST /approvals/${waits.id}/challenge`, bearer(token), {})
    expect([said.status, said.json.code]).toEqual([403, 'person_required'])
    expect(await onRecord(scene(), waits.id)).toContain('approval.refused refused person_required')
  })

  test('a token for calls is none for answers', async () => {
    const waits = await asksFor(scene(), 'pay')
    const said = await scene().api(
      `POST /approvals/${waits.id}/answer`,
      bearer(await scene().token('bo')),
      { verdict: 'approve', digest: waits.digest },
    )
    expect(said.status).toBe(401)
    await untouched(waits)
  })
})

describe('a browser that another page leads', () => {
  test.each<readonly [string, number, Readonly<Record<string, string | undefined>>]>([
    ['without the header of the console', 401, { 'x-bailiwick-console': undefined }],
    ['from another site', 403, { 'sec-fetch-site': 'cross-site' }],
    ['from another port of this machine', 403, { 'sec-fetch-site': 'same-site' }],
    ['typed in', 403, { 'sec-fetch-site': 'none' }],
    ['from another origin', 403, { origin: 'https://evil.example' }],
    ['from nowhere', 403, { origin: 'null' }],
    ['by a browser that does not say', 403, { 'sec-fetch-site': undefined }],
    ['with another word in the header', 403, { 'x-bailiwick-console': 'true' }],
    ['without the cookie', 401, { cookie: undefined }],
  ])('%s', async (_, status, changes) => {
    const waits = await asksFor(scene(), 'pay')
    const headers = Object.entries({ ...(await scene().console('bo')), ...changes })
    const said = await scene().api(
      `POST /approvals/${waits.id}/answer`,
      Object.fromEntries(headers.filter(([, value]) => value !== undefined)) as never,
      { verdict: 'approve', digest: waits.digest },
    )
    expect(said.status).toBe(status)
    await untouched(waits)
    expect(reached(scene())).toEqual([])
  })
})

describe('what a person says is about what they saw', () => {
  test('the digest of another request, on record', async () => {
    const [one, two] = [await asksFor(scene(), 'pay'), await asksFor(scene(), 'pay')]
    const said = await answerTo(scene(), 'bo', { ...one, digest: two.digest })
    expect([said.status, said.json.code]).toEqual([412, 'version_conflict'])
    expect(await onRecord(scene(), one.id)).toContain('approval.refused refused version_conflict')
    await untouched(one)
    await untouched(two)
  })

  test('no stays no: for the call, and for whoever comes with a yes later', async () => {
    const args = { path: randomUUID() }
    const token = await scene().token('ann')
    const waits = await call(scene(), token, 'both', args)
    expect((await answerTo(scene(), 'bo', waits, { verdict: 'decline' })).status).toBe(200)
    for (let count = 0; count < 2; count++)
      expect(await call(scene(), token, 'both', args)).toMatchObject({
        ...{ code: 'approval_refused', why: 'declined', id: waits.id },
      })
    for (const who of ['bo', 'cy'] as const) {
      const said = await answerTo(scene(), who, waits)
      expect([said.status, said.json.code]).toEqual([409, 'approval_over'])
    }
    expect(await onRecord(scene(), waits.id)).toEqual([
      ...['approval.requested done', 'approval.voted done', 'approval.declined done'],
      ...['approval.refused refused approval_over', 'approval.refused refused approval_over'],
    ])
    expect(reached(scene())).toEqual([])
  })

  test('one person is no quorum, however often they say yes at once', async () => {
    const waits = await asksFor(scene(), 'both')
    const all = await Promise.all(Array.from({ length: 20 }, () => answerTo(scene(), 'bo', waits)))
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]))
    const { json } = await scene().own(`GET /approvals/${waits.id}`)
    expect(json.approval).toMatchObject({ state: 'pending', votes: [{ user: 'bo' }] })
  })

  test('twenty times yes at once is one yes, and one grant', async () => {
    const waits = await asksFor(scene(), 'pay')
    await Promise.all(Array.from({ length: 20 }, () => answerTo(scene(), 'bo', waits)))
    expect(await onRecord(scene(), waits.id)).toEqual([
      ...['approval.requested done', 'approval.voted done', 'approval.granted done'],
    ])
  })
})

test('no tool of any endpoint decides', async () => {
  for (const path of ['/mcp/target', '/mcp']) {
    const { issuer } = scene()
    const token = await scene().token('ann', scene().app, `${issuer}${path}`)
    const { tools } = await call({ issuer }, token, undefined, {}, { path }).then(
      ({ result }) => result as { tools: readonly { name: string }[] },
    )
    const own = TOOLS.map(({ name }) => (path === '/mcp' ? `target__${name}` : name))
    expect(tools.map(({ name }) => name).toSorted()).toEqual(own.toSorted())
  }
})
