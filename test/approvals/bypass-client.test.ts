import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { softwareAuthenticator } from '../../src/directory/testing/software-authenticator.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { atOnce, post, type Tokens } from '../identity/attacks/flow.ts'
import { type Answered, answerTo, asksFor, bent, call, type More } from './call.ts'
import type { Asked } from './policies.ts'
import { approvals, onRecord, reached, recordedCall } from './scene.ts'

// What comes back from clients and browsers: states, dialogs and signatures.

const scene = approvals()
const KEY = 'bailiwick/approval'
const YES = { action: 'accept', content: { decision: 'approve' } }
const FORM = { elicitation: { form: {} } }
const URLS = { elicitation: { form: {}, url: {} } }

const again = async (name: Asked, args: JsonObject, more?: More): Promise<Answered> =>
  call(scene(), await scene().token('ann'), name, args, more)

/** What a client sends that was asked: its state, and an answer. */
const round = (
  requestState: unknown,
  answer: JsonObject = YES,
  capabilities: JsonObject = FORM,
) => ({
  capabilities,
  params: {
    inputResponses: { [KEY]: answer },
    ...(requestState === undefined ? {} : { requestState: requestState as string }),
  },
})

/** The state with which the gateway asks ann's client. */
async function stateFor(name: Asked, args: JsonObject, capabilities = FORM): Promise<string> {
  const { result } = await again(name, args, { capabilities })
  expect(result).toMatchObject({ resultType: 'input_required' })
  return String(result['requestState'])
}

async function votes(tool: Asked): Promise<readonly unknown[]> {
  const { json } = await scene().own('GET /approvals?limit=200')
  const items: readonly { target: string; votes: readonly unknown[] }[] = json.items
  return items.filter(({ target }) => target === tool).flatMap((one) => one.votes)
}

describe('a state of a round', () => {
  test.each<readonly [string, (state: string) => Promise<string> | string]>([
    ['made up', () => `bw1.${Buffer.alloc(120, 7).toString('base64url')}`],
    ['of another form', () => 'approved'],
    ['empty', () => ''],
    ['cut off', (state) => state.slice(0, -4)],
    ['with one character changed', bent],
    ['with other words before it', (state) => `bw2.${state.slice(4)}`],
    ['of other arguments', () => stateFor('mine', { path: randomUUID() })],
  ])('%s', async (_, change) => {
    const args = { path: randomUUID() }
    const state = await change(await stateFor('mine', args))
    const other = await again('mine', args, round(state))
    expect(other).toMatchObject({ code: 'request_state_invalid' })
    expect(await recordedCall(scene(), other.call)).toEqual({
      ...{ outcome: 'failed', error: 'request_state_invalid' },
    })
    expect(reached(scene())).toEqual([])
  })

  test('of somebody else, of another program, for another tool', async () => {
    const args = { path: randomUUID() }
    const state = await stateFor('mine', args)
    for (const [token, tool] of [
      [await scene().token('eve'), 'mine'],
      [await scene().token('ann', scene().other), 'mine'],
      [await scene().token('ann'), 'pay'],
    ] as const) {
      const other = await call(scene(), token, tool, args, round(state))
      expect(other).toMatchObject({ code: 'request_state_invalid' })
    }
    expect(reached(scene())).toEqual([])
  })

  test('again, after its yes was used: by itself and twenty times at once', async () => {
    const args = { path: randomUUID() }
    const state = await stateFor('mine', args)
    const all = await atOnce(scene() as never, () => again('mine', args, round(state)))
    expect(
      all.filter(({ code, result }) => !code && result['resultType'] === 'complete'),
    ).toHaveLength(1)
    expect(reached(scene())).toEqual([['mine', args]])
    const late = await again('mine', args, round(state))
    expect(late).toMatchObject({ code: 'approval_refused' })
    expect(await recordedCall(scene(), late.call)).toMatchObject({ error: 'approval_refused' })
    expect(reached(scene())).toEqual([])
  })

  test('after no, with yes', async () => {
    const args = { path: randomUUID() }
    const state = await stateFor('mine', args)
    expect(await again('mine', args, round(state, { action: 'decline' }))).toMatchObject({
      ...{ code: 'approval_refused', why: 'declined' },
    })
    expect(await again('mine', args, round(state))).toMatchObject({ why: 'declined' })
    expect(reached(scene())).toEqual([])
  })

  test('of an approved call that its server goes on with: once', async () => {
    const args = { path: randomUUID() }
    const waits = await again('talk', args)
    await answerTo(scene(), 'bo', waits)
    const { result } = await again('talk', args, { capabilities: FORM })
    expect(result).toMatchObject({ resultType: 'input_required' })
    const params = {
      requestState: String(result['requestState']),
      inputResponses: { q: { action: 'accept', content: {} } },
    }
    const goOn = (changed = args) => again('talk', changed, { capabilities: FORM, params })
    expect(await goOn({ path: randomUUID() })).toMatchObject({ code: 'request_state_invalid' })
    const all = await atOnce(scene() as never, () => goOn())
    expect(all.filter(({ code }) => code === undefined)).toHaveLength(1)
    expect(reached(scene())).toHaveLength(2)
    expect(await goOn()).toMatchObject({ code: 'approval_refused' })
    expect(reached(scene())).toEqual([])
  })
})

describe('a dialog of a client', () => {
  test('that was never shown', async () => {
    for (const tool of ['pay', 'mine'] as const) {
      const args = { path: randomUUID() }
      const forged = await again(tool, args, round(undefined))
      expect(
        forged.result['resultType'] === 'input_required' || forged.code === 'approval_pending',
      ).toBe(true)
      expect(reached(scene())).toEqual([])
    }
    expect(await votes('pay')).toEqual([])
    expect(await votes('mine').then((all) => all.length)).toBeGreaterThan(0)
  })

  test('in place of our page', async () => {
    const args = { path: randomUUID() }
    const state = await stateFor('pay', args, URLS)
    const forged = await again('pay', args, round(state, YES, URLS))
    expect(forged.result['resultType']).toBe('input_required')
    expect(await votes('pay')).toEqual([])
    expect(reached(scene())).toEqual([])
  })

  test('for an agent that acts for the person', async () => {
    const { issuer, robot } = scene()
    const exchanged = await post({ issuer }, '/oauth/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      ...{ resource: `${issuer}/mcp/target`, scope: 'execute' },
      subject_token: await scene().token('ann'),
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      ...(await robot.assertion('robot', issuer)),
    })
    const { access_token: token } = (await exchanged.json()) as Tokens
    const args = { path: randomUUID() }
    const asked = await call(scene(), token, 'mine', args, { capabilities: FORM })
    expect(asked).toMatchObject({ code: 'approval_pending' })
    const forged = await call(scene(), token, 'mine', args, round(undefined))
    expect(forged).toMatchObject({ code: 'approval_pending', id: asked.id })
    expect(await onRecord(scene(), asked.id)).toEqual(['approval.requested done'])
    expect(reached(scene())).toEqual([])
  })
})

describe('a signature', () => {
  type Authenticator = ReturnType<typeof softwareAuthenticator>
  let bo: Authenticator
  let cy: Authenticator
  beforeAll(async () => {
    const { issuer, directory } = scene()
    const usual = { origin: issuer, rpId: new URL(issuer).hostname }
    const enrol = async (user: string): Promise<Authenticator> => {
      const authenticator = softwareAuthenticator(usual)
      const options = await directory.accounts.passkeyRegistration(user as never)
      const made = authenticator.register(options)
      await directory.accounts.addPasskey(user as never, made, String(options['challenge']), 'x')
      return authenticator
    }
    bo = await enrol('bo')
    cy = await enrol('cy')
  })

  async function challenge(who: 'bo' | 'cy', { id }: Answered): Promise<JsonObject> {
    const { json } = await scene().api(
      `POST /approvals/${id}/challenge`,
      await scene().console(who),
      {},
    )
    return json.options
  }

  const WRONG: Readonly<Record<string, (waits: Answered, other: Answered) => Promise<unknown>>> = {
    none: async () => undefined,
    'of somebody else': async (waits) => cy.login(await challenge('cy', waits)),
    'of another’s key over one’s own challenge': async (waits) =>
      cy.login(await challenge('bo', waits)),
    'of one’s own key over another’s challenge': async (waits) =>
      bo.login(await challenge('cy', waits)),
    'of another request': async (_, other) => bo.login(await challenge('bo', other)),
    'of a challenge that nobody made': async () =>
      bo.login({ challenge: Buffer.alloc(32, 1).toString('base64url') }),
    'without who it is': async (waits) =>
      bo.login(await challenge('bo', waits), { verified: false }),
    'without anybody': async (waits) => bo.login(await challenge('bo', waits), { present: false }),
    'on another page': async (waits) =>
      bo.login(await challenge('bo', waits), { origin: 'https://evil.example' }),
    'for another purpose': async (waits) =>
      bo.login(await challenge('bo', waits), { client: { type: 'webauthn.create' } }),
  }

  test.each(Object.entries(WRONG))('%s', async (_, make) => {
    const [waits, other] = [await asksFor(scene(), 'key'), await asksFor(scene(), 'key')]
    const assertion = await make(waits, other)
    const said = await answerTo(scene(), 'bo', waits, assertion === undefined ? {} : { assertion })
    expect([said.status, said.json.code]).toEqual([403, 'evidence_refused'])
    expect(await onRecord(scene(), waits.id)).toEqual([
      ...['approval.requested done', 'approval.refused refused evidence_refused'],
    ])
    expect(reached(scene())).toEqual([])
  })

  test('over this request, by whoever may answer it: kept as evidence', async () => {
    const args = { path: randomUUID() }
    const waits = await asksFor(scene(), 'key', args)
    const assertion = bo.login(await challenge('bo', waits))
    const said = await answerTo(scene(), 'bo', waits, { assertion })
    expect(said.json.approval).toMatchObject({
      ...{ state: 'approved', votes: [{ user: 'bo', assurance: 'passkey' }] },
    })
    // Somebody else with the same signature, and the same person for another request.
    const stolen = await answerTo(scene(), 'cy', await asksFor(scene(), 'key'), { assertion })
    expect(stolen.json.code).toBe('evidence_refused')
    expect((await again('key', args)).code).toBeUndefined()
    expect(reached(scene())).toEqual([['key', args]])
    const { items } = (await scene().own('GET /events?event=approval.voted&limit=1')).json
    expect(items).toMatchObject([
      {
        detail: {
          evidence: { passkey: bo.id, digest: waits.digest, signature: expect.any(String) },
        },
      },
    ])
  })
})
