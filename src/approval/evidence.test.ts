import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PasskeySignatures } from '../kernel/approval-desk.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import {
  asked,
  ballot,
  call,
  type FreshApprovals,
  freshApprovals,
  MINUTE,
} from './testing/fresh-approvals.ts'

/** A key per person that signs challenges: what is real of WebAuthn is tried where it is checked. */
const KEYS = new Map(['bob', 'cy'].map((user) => [user, generateKeyPairSync('ed25519')]))
const SIGNATURES: PasskeySignatures = {
  options: async (user, challenge) => (KEYS.has(user) ? { challenge } : undefined),
  async verify(user, { response }, challenge) {
    const key = KEYS.get(user)
    const { clientDataJSON, signature } = response as Record<string, string>
    const bytes = Buffer.from(String(clientDataJSON), 'base64url')
    const read = JSON.parse(bytes.toString()) as JsonObject
    if (key === undefined || read['challenge'] !== challenge) return undefined
    const good = verify(null, bytes, key.publicKey, Buffer.from(String(signature), 'base64url'))
    return good ? { clientDataJSON, signature } : undefined
  },
}

function signed(user: string, { challenge }: JsonObject): JsonObject {
  const bytes = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge }))
  const key = KEYS.get(user)
  if (key === undefined) throw new Error('nobody signs')
  const signature = sign(null, bytes, key.privateKey).toString('base64url')
  return { id: user, response: { clientDataJSON: bytes.toString('base64url'), signature } }
}

const person = (id: string) => ({ id: id as SubjectId, groups: [] })
const lift = { assurance: 'passkey', quorum: 2, pattern: 30 * MINUTE } as const

describe.each(ENGINES)('signatures of passkeys on %s', (engine) => {
  let fresh: FreshApprovals
  beforeEach(async () => {
    fresh = await freshApprovals(engine, { signatures: SIGNATURES })
  })
  afterEach(() => fresh.remove())

  async function refuses(answer: Promise<unknown>, why: string) {
    await expect(answer).rejects.toMatchObject({ code: 'evidence_refused', message: why })
    expect(fresh.events.at(-1)).toMatchObject({
      event: 'approval.refused',
      outcome: 'refused',
      detail: { why: 'evidence_refused' },
    })
  }
  const WRONG = 'the passkey did not sign this request'

  test('are over the digest, and all that is needed to check them again is kept', async () => {
    const { desk } = fresh
    const pending = await asked(fresh, call({ lift }))
    const options = await desk.challenge(pending.id, person('bob'))
    const assertion = signed('bob', options)
    const summary = await desk.answer(pending.id, ballot('bob', pending, { assertion }))
    const [vote] = summary.votes
    expect(vote).toMatchObject({ user: 'bob', assurance: 'passkey' })
    const { nonce, digest, ...rest } = (vote?.evidence ?? {}) as Record<string, string>
    expect(digest).toBe(pending.digest)
    expect(rest).toEqual(assertion['response'])
    const made = createHash('sha256')
      .update(Buffer.from(String(nonce), 'base64url'))
      .update(Buffer.from(pending.digest, 'hex'))
      .digest('base64url')
    expect(made).toBe(options['challenge'])
    expect(fresh.events.at(-1)).toMatchObject({
      event: 'approval.voted',
      detail: { assurance: 'passkey', evidence: vote?.evidence },
    })
  })

  test('are needed where the policy says so, for an approval alone', async () => {
    const { desk } = fresh
    const pending = await asked(fresh, call({ lift }))
    await refuses(desk.answer(pending.id, ballot('bob', pending)), 'this needs your passkey')
    await refuses(
      desk.answer(pending.id, ballot('bob', pending, { channel: 'chat' })),
      'this needs your passkey',
    )
    const no = ballot('bob', pending, { verdict: 'decline' })
    expect(await desk.answer(pending.id, no)).toMatchObject({ state: 'declined' })
  })

  test('are checked where they are given without need', async () => {
    const { desk } = fresh
    const pending = await asked(fresh, call())
    const assertion = signed('bob', { challenge: 'AAAA' })
    await refuses(desk.answer(pending.id, ballot('bob', pending, { assertion })), WRONG)
  })

  test('count once, for one person and one request, for two minutes', async () => {
    const { desk, clock } = fresh
    const other = await fresh.replica()
    const one = await asked(fresh, call({ lift, arguments: { one: 1 } }))
    const two = await asked(fresh, call({ lift, arguments: { two: 2 } }))
    const options = await desk.challenge(one.id, person('bob'))
    const mine = signed('bob', options)
    // Of another request, of another person, and by another person over the same challenge.
    await refuses(desk.answer(two.id, ballot('bob', two, { assertion: mine })), WRONG)
    await refuses(desk.answer(one.id, ballot('cy', one, { assertion: mine })), WRONG)
    const theirs = signed('cy', options)
    await refuses(desk.answer(one.id, ballot('cy', one, { assertion: theirs })), WRONG)
    await refuses(desk.answer(one.id, ballot('bob', one, { assertion: theirs })), WRONG)
    clock.now += 2 * MINUTE + 1_000
    await refuses(desk.answer(one.id, ballot('bob', one, { assertion: mine })), WRONG)
    // On another replica too.
    const fresher = signed('bob', await desk.challenge(one.id, person('bob')))
    const yes = ballot('bob', one, { assertion: fresher })
    expect(await other.desk.answer(one.id, yes)).toMatchObject({ votes: [{ user: 'bob' }] })
    await fresh.store.db.deleteFrom('approval_vote').execute()
    await refuses(desk.answer(one.id, yes), WRONG)
  })

  test.each([
    ['nothing', {}],
    ['no client data', { response: {} }],
    ['client data that is no JSON', { response: { clientDataJSON: 'AAAA' } }],
    ['client data that is a list', { response: { clientDataJSON: 'W10' } }],
    ['client data without a challenge', { response: { clientDataJSON: 'e30' } }],
    ['client data without an end', { response: { clientDataJSON: 'A'.repeat(100_000) } }],
    ['client data that is no text', { response: { clientDataJSON: 1 } }],
  ])('are not %s', async (_, assertion) => {
    const pending = await asked(fresh, call({ lift }))
    await refuses(fresh.desk.answer(pending.id, ballot('bob', pending, { assertion })), WRONG)
  })

  test('are over the pattern too', async () => {
    const { desk } = fresh
    const pending = await asked(fresh, call({ lift: { ...lift, quorum: 1 } }))
    const pattern = { free: ['text'], duration: MINUTE }
    const plain = signed('bob', await desk.challenge(pending.id, person('bob')))
    await refuses(
      desk.answer(pending.id, ballot('bob', pending, { assertion: plain, pattern })),
      WRONG,
    )
    const options = await desk.challenge(pending.id, person('bob'), pattern)
    const assertion = signed('bob', options)
    for (const other of [
      { free: [], duration: MINUTE },
      { free: ['text'], duration: 2 * MINUTE },
      undefined,
    ])
      await refuses(
        desk.answer(pending.id, {
          ...ballot('bob', pending, { assertion }),
          ...(other === undefined ? {} : { pattern: other }),
        }),
        WRONG,
      )
    const summary = await desk.answer(pending.id, ballot('bob', pending, { assertion, pattern }))
    expect(summary).toMatchObject({ state: 'approved', votes: [{ evidence: { pattern } }] })
    expect((await desk.patterns({})).items).toHaveLength(1)
  })

  test('are not asked of who may not answer, has no passkey, or comes too late', async () => {
    const { desk, clock, people } = fresh
    people.users['eve'] = ['ops']
    const pending = await asked(fresh, call({ lift }))
    const challenge = (user: string, id = pending.id) => desk.challenge(id, person(user))
    await expect(challenge('dee')).rejects.toMatchObject({ code: 'approver_refused' })
    await expect(challenge('ada')).rejects.toMatchObject({ code: 'approver_refused' })
    await expect(challenge('eve')).rejects.toMatchObject({ code: 'params_invalid' })
    await expect(challenge('bob', 'none')).rejects.toMatchObject({ code: 'item_unknown' })
    clock.now = pending.expires
    await expect(challenge('bob')).rejects.toMatchObject({ code: 'approval_over' })
  })
})
