import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SubjectId } from '../kernel/subject.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import type { Page, PageRequest } from './page.ts'
import { findPassword, notePasswordUse } from './passwords.ts'
import {
  enrol,
  type FreshDirectory,
  freshDirectory,
  PASSWORD,
  refusal,
  START,
} from './testing/fresh-directory.ts'

const HERE = '198.51.100.7'
const DAY = 24 * 60 * 60_000
const LOGIN = {
  provider: 'okta',
  subject: 'A7',
  name: 'Cy\u200b Young',
  groups: ['staff'],
  create: true,
}
const id = (text: string) => text as SubjectId

describe.each(ENGINES)('people on %s', (engine) => {
  let directory: FreshDirectory
  beforeEach(async () => {
    directory = await freshDirectory(engine)
  })
  afterEach(() => directory.remove())

  const changes = async () =>
    (await directory.store.db.selectFrom('change').selectAll().orderBy('seq').execute()).map(
      ({ kind, id: of, what }) => `${kind} ${of} ${what}`,
    )

  test('are made once, renamed, grouped; what policies see of it is told', async () => {
    const { users } = directory.administration
    const ada = await users.create({ id: 'ada', name: ' Ada\u202e ', groups: ['staff', 'staff'] })
    expect(ada).toEqual({
      id: 'ada',
      name: 'Ada',
      status: 'active',
      groups: ['staff'],
      created: START,
    })
    await expect(users.create({ id: 'ada' })).rejects.toMatchObject({
      code: 'params_invalid',
      message: 'this id was given before',
    })
    await expect(users.create({ id: 'okta|A7' })).rejects.toThrow('an id begins with')
    await expect(users.rename('bob', 'Bob')).rejects.toThrow('there is no such user')
    expect(await users.rename('ada', 'Ada L.')).toMatchObject({ name: 'Ada L.' })
    expect(await changes()).toEqual([])
    expect(await users.setGroups('ada', ['dev', 'owners'])).toMatchObject({
      groups: ['dev', 'owners'],
    })
    expect(await changes()).toEqual(['user ada changed'])
    await users.setGroups('ada', ['owners', 'dev'])
    expect(await changes()).toEqual(['user ada changed'])
  })

  test('who is disabled cannot log in, has no links, and is heard of; their id stays theirs', async () => {
    await enrol(directory, 'ada')
    const { users } = directory.administration
    const { secret } = await users.link('ada', 'reset')
    const before = (await changes()).length
    expect(await users.disable('ada')).toMatchObject({ user: { status: 'disabled' }, agents: [] })
    expect((await changes()).slice(before)).toEqual(['user ada revoked'])
    expect(await directory.accounts.openLink(secret)).toBeUndefined()
    await expect(users.create({ id: 'ada' })).rejects.toThrow('this id was given before')
    await expect(users.link('ada', 'reset')).rejects.toThrow('the user is disabled')
    await users.enable('ada')
    expect((await changes()).at(-1)).toBe('user ada changed')
    expect(await directory.accounts.checkPassword('ada', PASSWORD, HERE)).toHaveProperty('user')
    expect(await directory.accounts.openLink(secret)).toBeUndefined()
  })

  test('a new password by a link ends what was open, voids old codes and other links', async () => {
    const [old = ''] = await enrol(directory, 'ada')
    const { users } = directory.administration
    const { secret: first } = await users.link('ada', 'reset')
    const { secret, expires } = await users.link('ada', 'reset')
    const { secret: invite } = await users.link('ada', 'invite')
    const { accounts, clock } = directory
    expect(await accounts.openLink(first)).toBeUndefined()
    const weak = accounts.redeemLink(secret, { name: '', password: 'passwordpassword' })
    await expect(weak).rejects.toMatchObject({ code: 'params_invalid' })
    const before = (await changes()).length
    const redeemed = await accounts.redeemLink(secret, { name: '', password: `${PASSWORD} again` })
    expect(redeemed?.user.name).toBe('ada')
    expect((await changes()).slice(before)).toEqual(['user ada revoked'])
    expect(await accounts.checkPassword('ada', PASSWORD, HERE)).toEqual({ refused: 'wrong' })
    expect(await accounts.checkPassword('ada', `${PASSWORD} again`, HERE)).toHaveProperty('user')
    expect(await accounts.checkRecoveryCode('ada', old, HERE)).toEqual({ refused: 'wrong' })
    expect(await accounts.openLink(invite)).toBeUndefined()
    const late = await users.link('ada', 'reset')
    clock.now = late.expires
    expect(expires).toBe(START + 60 * 60_000)
    expect(await accounts.openLink(late.secret)).toBeUndefined()
    expect(await accounts.redeemLink(late.secret, { name: '', password: PASSWORD })).toBeUndefined()
  })

  test('of a provider are made and updated as it says, apart from what we say', async () => {
    const { accounts, administration } = directory
    const { users } = administration
    expect(await accounts.federate({ ...LOGIN, create: false })).toEqual({ refused: 'not-allowed' })
    const first = await accounts.federate(LOGIN)
    expect(first).toMatchObject({
      user: { id: 'okta|A7', name: 'Cy Young', groups: ['staff'], provider: 'okta' },
      methods: ['fed'],
    })
    await users.setGroups('okta|A7', ['local', 'staff'])
    const told = (await changes()).length
    const moved = { ...LOGIN, name: 'Cy', groups: ['dev'], create: false }
    expect(await accounts.federate(moved)).toMatchObject({
      user: { name: 'Cy', groups: ['dev', 'local', 'staff'] },
    })
    expect(await accounts.federate(moved)).toHaveProperty('user')
    expect((await changes()).slice(told)).toEqual(['user okta|A7 changed'])
    const { items } = await users.list({ group: 'staff' })
    expect(items[0]?.memberships).toEqual([
      { group: 'dev', source: 'idp:okta' },
      { group: 'local', source: 'local' },
      { group: 'staff', source: 'local' },
    ])
    expect(await accounts.federate({ ...LOGIN, provider: 'entra' })).toMatchObject({
      user: { id: 'entra|A7', groups: ['staff'] },
    })
    await users.disable('okta|A7')
    expect(await accounts.federate(moved)).toEqual({ refused: 'disabled' })
    expect(await accounts.federate({ ...LOGIN, subject: 'a\nb' })).toEqual({
      refused: 'not-allowed',
    })
    await expect(
      accounts.federate({ ...LOGIN, subject: 'B8', groups: ['No Group'] }),
    ).rejects.toThrow('a group')
    expect(await accounts.checkPassword('okta|A7', PASSWORD, HERE)).toEqual({ refused: 'wrong' })
    await users.enable('okta|A7')
    await expect(users.link('okta|A7', 'reset')).rejects.toThrow('log in there')
  })

  test('are listed by pages, whole and each once', async () => {
    const { administration, clock, accounts } = directory
    const { users } = administration
    const ids = Array.from({ length: 23 }, (_, at) => `user${String(at).padStart(2, '0')}`)
    for (const [at, user] of ids.entries()) {
      clock.now = START + (at % 4) * DAY
      await users.create({ id: user, groups: at % 2 === 0 ? ['even'] : [] })
    }
    expect(await all((page) => users.list({ ...page, limit: 5 }))).toEqual(ids)
    expect(await all((page) => users.list({ ...page, limit: 3, group: 'even' }))).toHaveLength(12)
    await users.disable('user03')
    expect(await all((page) => users.list({ ...page, status: 'disabled' }))).toEqual(['user03'])
    clock.now = START + 10 * DAY
    accounts.seen('user', id('user00'))
    await directory.close()
    const stale = await all((page) => users.stale({ ...page, limit: 4, before: START + 2 * DAY }))
    const expected = ids.filter((_, at) => at % 4 < 2 && at !== 0)
    const order = (user: string) => `${ids.indexOf(user) % 4} ${user}`
    expect(stale).toEqual([...expected].sort((a, b) => (order(a) < order(b) ? -1 : 1)))
    const last = await users.stale({ before: START + 11 * DAY, limit: 100 })
    expect(last.items.at(-1)).toMatchObject({ id: 'user00', seen: START + 10 * DAY })
    for (const cursor of ['x', 'W10', Buffer.from('[1,"\\u0000"]').toString('base64url')])
      await expect(users.stale({ before: START, cursor })).rejects.toThrow('`cursor`')
    await expect(users.list({ limit: 1_000 })).rejects.toThrow('`limit`')
  })

  test('a password is hashed anew when hashes are to cost more', async () => {
    await enrol(directory, 'ada')
    const data = async () =>
      (await directory.store.db.selectFrom('credential').select('data').execute()).map(
        (row) => row.data,
      )
    const before = (await data()).find((one) => one.startsWith('$argon2id$'))
    const cost = { memory: 128, passes: 2, parallelism: 1 }
    const raised = await directory.replica({ passwords: { cost } })
    expect(await raised.accounts.checkPassword('ada', 'not this one', HERE)).toEqual({
      refused: 'wrong',
    })
    expect(await data()).toContain(before)
    expect(await raised.accounts.checkPassword('ada', PASSWORD, HERE)).toHaveProperty('user')
    expect((await data()).find((one) => one.startsWith('$argon2id$'))).toMatch(/m=128,t=2,p=1/)
    expect(await raised.accounts.checkPassword('ada', PASSWORD, HERE)).toHaveProperty('user')
  })

  test('logins at the same time that renew one hash all succeed', async () => {
    await enrol(directory, 'ada')
    const cost = { memory: 128, passes: 2, parallelism: 1 }
    const raised = await directory.replica({ passwords: { cost } })
    const logins = await Promise.all(
      Array.from({ length: 4 }, () => raised.accounts.checkPassword('ada', PASSWORD, HERE)),
    )
    expect(logins.map(refusal)).toEqual([undefined, undefined, undefined, undefined])
  })

  test('a password that was changed since it was looked up counts as wrong', async () => {
    await enrol(directory, 'ada')
    const { db } = directory.store
    const stored = String(await findPassword(db, 'ada'))
    expect(await notePasswordUse(db, 'ada', stored, undefined, START)).toBe(true)
    const { secret } = await directory.administration.users.link('ada', 'reset')
    await directory.accounts.redeemLink(secret, { name: '', password: `${PASSWORD} again` })
    expect(await notePasswordUse(db, 'ada', stored, 'renewed', START)).toBe(false)
    expect(await findPassword(db, 'ada')).not.toBe('renewed')
  })

  test('a first password revokes nothing; an invitation that replaces one does', async () => {
    await enrol(directory, 'ada')
    expect((await changes()).at(-1)).toBe('user ada changed')
    const { secret } = await directory.administration.users.link('ada', 'invite')
    await directory.accounts.redeemLink(secret, { name: '', password: PASSWORD })
    expect((await changes()).at(-1)).toBe('user ada revoked')
  })

  test('nothing happens that cannot be witnessed', async () => {
    const codes = await enrol(directory, 'ada')
    const { accounts, administration, witness, store } = directory
    const { secret } = await administration.users.link('ada', 'reset')
    const bot = { id: 'bot', name: 'Bot', owner: 'ada', purpose: 'tests', scopes: ['read'] }
    const dump = async () => [
      await store.db.selectFrom('user_account').selectAll().execute(),
      await store.db.selectFrom('agent').selectAll().execute(),
      await store.db.selectFrom('group_member').selectAll().execute(),
      await store.db.selectFrom('change').selectAll().execute(),
      await store.db.selectFrom('one_time_link').selectAll().execute(),
      await store.db.selectFrom('credential').select(['id', 'data']).orderBy('id').execute(),
    ]
    const before = await dump()
    witness.broken = true
    const { users, agents } = administration
    const all = [
      users.create({ id: 'bob' }),
      users.rename('ada', 'A'),
      users.setGroups('ada', ['x']),
      users.disable('ada'),
      users.enable('ada'),
      users.offboard('ada', 'disable'),
      users.link('ada', 'invite'),
      users.removeCredential('ada', 'password:ada'),
      agents.create(bot),
      accounts.federate(LOGIN),
      accounts.redeemLink(secret, { name: 'A', password: PASSWORD }),
      accounts.checkPassword('ada', PASSWORD, HERE),
      accounts.checkPassword('ada', 'not this one', HERE),
      accounts.checkRecoveryCode('ada', String(codes[0]), HERE),
    ]
    const results = await Promise.allSettled(all)
    expect(results.map(({ status }) => status)).toEqual(all.map(() => 'rejected'))
    expect(await dump()).toEqual(before)
  })

  test('no secret stands in the database or in the evidence', async () => {
    const codes = await enrol(directory, 'ada')
    const { secret } = await directory.administration.users.link('ada', 'reset')
    const { link } = await directory.ensureOwner()
    await directory.accounts.checkPassword('ada', PASSWORD, HERE)
    await directory.accounts.checkPassword('swapped password and name', 'ada', HERE)
    const tables = [
      'user_account',
      'credential',
      'one_time_link',
      'login_attempt',
      'change',
    ] as const
    const rows = await Promise.all(
      tables.map((table) => directory.store.db.selectFrom(table).selectAll().execute()),
    )
    const text = JSON.stringify([rows, directory.events])
    expect(text).toContain('$argon2id$')
    const secrets = [PASSWORD, 'swapped', secret, String(link), ...codes]
    for (const one of [...secrets, ...codes.map((code) => code.replaceAll('-', ''))])
      expect(text).not.toContain(one)
  })
})

/** Ids of a whole list, page by page. */
async function all(
  list: (page: PageRequest) => Promise<Page<{ readonly id: string }>>,
): Promise<readonly string[]> {
  const ids: string[] = []
  let page: PageRequest | undefined = {}
  while (page !== undefined) {
    const { items, next } = await list(page)
    ids.push(...items.map((item) => item.id))
    page = next === undefined ? undefined : { cursor: next }
  }
  return ids
}
