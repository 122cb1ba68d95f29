import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SubjectId } from '../kernel/subject.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import {
  enrol,
  type FreshDirectory,
  freshDirectory,
  PASSWORD,
  refusal,
  START,
} from './testing/fresh-directory.ts'

const HERE = '198.51.100.7'
const NEXT = 'copper ladder under rain'
const ADA = 'ada' as SubjectId
const DAY = 24 * 60 * 60_000

describe.each(ENGINES)('a new password on %s', (engine) => {
  let directory: FreshDirectory
  beforeEach(async () => {
    directory = await freshDirectory(engine)
    await enrol(directory, 'ada')
    await enrol(directory, 'bob')
    for (const id of ['ada', 'bob']) await open(id)
  })
  afterEach(() => directory.remove())

  /** What the authorization server keeps of somebody who is signed in and allowed a client. */
  async function open(user: string): Promise<void> {
    const { db } = directory.store
    const expires = START + DAY
    await db
      .insertInto('oauth_grant')
      .values({
        id: `grant-${user}`,
        kind: 'user',
        subject: user,
        client: 'app',
        resource: 'https://gate.example/mcp',
        scopes: '["read"]',
        actors: '[]',
        via: 'login',
        created: START,
        used: null,
        expires,
        revoked: null,
        reason: null,
      })
      .execute()
    const object = { payload: '', uid: null, generation: null, expires, consumed: null }
    await db
      .insertInto('oauth_object')
      .values([
        { ...object, model: 'Session', id: `session-${user}`, grant: null, subject: user },
        {
          ...object,
          model: 'RefreshToken',
          id: `rt-${user}`,
          grant: `grant-${user}`,
          subject: null,
        },
      ])
      .execute()
  }

  const left = async () => {
    const { db } = directory.store
    const grants = db.selectFrom('oauth_grant').select('id').where('revoked', 'is', null)
    const objects = db.selectFrom('oauth_object').select('id')
    return [...(await grants.execute()), ...(await objects.execute())].map(({ id }) => id).sort()
  }
  const BOB = ['grant-bob', 'rt-bob', 'session-bob']
  const ALL = ['grant-ada', 'grant-bob', 'rt-ada', 'rt-bob', 'session-ada', 'session-bob']

  test('ends what was open with the old one, and voids links', async () => {
    const { users } = directory.administration
    const { secret } = await users.link('ada', 'reset')
    await directory.setPassword(ADA, NEXT)
    expect(refusal(await directory.accounts.checkPassword('ada', PASSWORD, HERE))).toBe('wrong')
    expect(await directory.accounts.checkPassword('ada', NEXT, HERE)).toHaveProperty('user')
    expect(await directory.accounts.openLink(secret)).toBeUndefined()
    expect(await left()).toEqual(BOB)
    const change = await directory.store.db
      .selectFrom('change')
      .selectAll()
      .orderBy('seq', 'desc')
      .executeTakeFirst()
    expect(change).toMatchObject({ kind: 'user', id: 'ada', what: 'revoked' })
    const grant = directory.store.db
      .selectFrom('oauth_grant')
      .selectAll()
      .where('subject', '=', 'ada')
    expect(await grant.executeTakeFirst()).toMatchObject({
      revoked: START,
      reason: 'credential-changed',
    })
  })

  test('is refused, and nothing ends, when it is weak, of a name, or cannot be witnessed', async () => {
    const { users } = directory.administration
    await users.rename('ada', 'Wilhelmina Rotterdam')
    await expect(directory.setPassword(ADA, 'short')).rejects.toMatchObject({
      code: 'params_invalid',
    })
    await expect(directory.setPassword(ADA, 'wilhelmina rotterdam')).rejects.toMatchObject({
      code: 'params_invalid',
    })
    directory.witness.broken = true
    await expect(directory.setPassword(ADA, NEXT)).rejects.toThrow('nobody looks')
    directory.witness.broken = false
    expect(await left()).toEqual(ALL)
    expect(await directory.accounts.checkPassword('ada', PASSWORD, HERE)).toHaveProperty('user')
  })

  test('by a link, and a disabled account, end the same', async () => {
    const { users } = directory.administration
    const { secret } = await users.link('ada', 'reset')
    await directory.accounts.redeemLink(secret, { name: 'Ada', password: NEXT })
    expect(await left()).toEqual(BOB)
    await users.disable('bob')
    expect(await left()).toEqual([])
    await users.enable('bob')
    expect(await left()).toEqual([])
  })

  test('a removed credential ends what may have been opened with it', async () => {
    const { users } = directory.administration
    await users.removeCredential('ada', 'password:ada')
    expect(await left()).toEqual(BOB)
  })
})
