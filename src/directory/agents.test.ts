import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../kernel/json.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { type FreshDirectory, freshDirectory, START } from './testing/fresh-directory.ts'

const DAY = 24 * 60 * 60_000
const BOT = { id: 'bot', name: 'Bot', owner: 'ada', purpose: 'Files the reports', scopes: ['read'] }
const TRUST = {
  issuer: 'https://token.actions.example',
  subject: 'repo:acme/app:ref:refs/heads/main',
  audience: 'https://gate.example',
}
const key = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'jwk',
  }) as JsonObject

describe.each(ENGINES)('agents on %s', (engine) => {
  let directory: FreshDirectory
  beforeEach(async () => {
    directory = await freshDirectory(engine)
    for (const id of ['ada', 'bob']) await directory.administration.users.create({ id })
  })
  afterEach(() => directory.remove())

  const changes = async () =>
    (await directory.store.db.selectFrom('change').selectAll().orderBy('seq').execute()).map(
      ({ kind, id, what }) => `${kind} ${id} ${what}`,
    )
  const ids = (page: { readonly items: readonly { readonly id: string }[] }) =>
    page.items.map(({ id }) => id)

  test('are registered with everything that is known of them', async () => {
    const { agents } = directory.administration
    const [jwk, expires] = [key(), START + DAY]
    const more = {
      keys: [jwk],
      workloads: [TRUST],
      groups: ['bots'],
      mayActForUsers: true,
      expires,
    }
    await agents.create({ ...BOT, ...more })
    const bot = await directory.accounts.agent('bot' as SubjectId)
    expect(bot).toMatchObject({ ...BOT, ...more, keys: [jwk], status: 'active', created: START })
    expect(bot?.keys[0]).not.toHaveProperty('d')
    const plain = await agents.create({ ...BOT, id: 'plain' })
    expect(plain).toMatchObject({ keys: [], workloads: [], groups: [], mayActForUsers: false })
    expect(plain).not.toHaveProperty('expires')
    expect(directory.events.at(-2)).toMatchObject({
      event: 'agent.created',
      subject: 'agent:bot',
      outcome: 'done',
    })
  })

  test.each([
    ['a strange id', { id: 'Bot' }, 'an id begins'],
    ['the id of a program of ours', { id: 'bailiwick-cli' }, 'our own'],
    ['no owner', { owner: 'nobody' }, 'an active user'],
    ['no purpose', { purpose: ' \u200b' }, 'the purpose is empty'],
    ['no name', { name: '' }, 'the name is empty'],
    ['a scope that is none', { scopes: ['admin'] }, 'a scope is'],
    ['refresh tokens', { scopes: ['offline_access'] }, 'a scope is'],
    ['a private key', { keys: [{ ...key(), d: 'x' }] }, 'private member'],
    ['a past end', { expires: START }, '`expires` lies in the past'],
    ['an issuer without TLS', { workloads: [{ ...TRUST, issuer: 'http://x.example' }] }, 'https'],
    [
      'an issuer with a query',
      { workloads: [{ ...TRUST, issuer: 'https://x.example/?a' }] },
      'https',
    ],
    ['a pattern', { workloads: [{ ...TRUST, subject: 'repo:acme/*' }] }, 'are exact'],
    ['no audience', { workloads: [{ ...TRUST, audience: '' }] }, 'are exact'],
    ['one trust twice', { workloads: [TRUST, { ...TRUST }] }, 'twice'],
    ['a group that is none', { groups: ['Bots!'] }, 'a group begins'],
  ])('are not registered with %s', async (_, wrong, message) => {
    const { agents } = directory.administration
    const made = agents.create({ ...BOT, ...wrong })
    await expect(made).rejects.toMatchObject({ code: 'params_invalid' })
    await expect(made).rejects.toThrow(message)
    expect(await agents.find('bot')).toBeUndefined()
  })

  test('are never mixed up with a client, whose id stands in tokens as theirs does', async () => {
    const { agents } = directory.administration
    const unused = { source: null, used: null, expires: null, created: START }
    const client = { trust: 'registered', name: 'Bot', metadata: '{}', status: 'disabled' }
    await directory.store.db
      .insertInto('oauth_client')
      .values({ id: BOT.id, ...client, ...unused })
      .execute()
    await expect(agents.create(BOT)).rejects.toThrow('this id is that of a client')
    expect(await agents.find(BOT.id)).toBeUndefined()
  })

  test('ids are given once, and owners are active', async () => {
    const { agents, users } = directory.administration
    await agents.create(BOT)
    await agents.disable('bot')
    await expect(agents.create(BOT)).rejects.toThrow('this id was given before')
    await users.disable('bob')
    await expect(agents.create({ ...BOT, id: 'b', owner: 'bob' })).rejects.toThrow('an active user')
    await expect(agents.change('bot', { owner: 'bob' })).rejects.toThrow('an active user')
    await expect(agents.change('none', {})).rejects.toThrow('there is no such agent')
  })

  test('what takes something away ends what is open; what gives does not', async () => {
    const { agents } = directory.administration
    await agents.create({
      ...BOT,
      scopes: ['write', 'mail:send'],
      mayActForUsers: true,
      workloads: [TRUST],
    })
    const told = async (change: Parameters<typeof agents.change>[1]) => {
      await agents.change('bot', change)
      return (await changes()).at(-1)
    }
    expect(await told({ name: 'Bot 2' })).toBe('agent bot changed')
    expect(await told({ scopes: ['execute', 'mail:send'] })).toBe('agent bot changed')
    expect(await told({ workloads: [{ ...TRUST }, { ...TRUST, subject: 'x' }] })).toBe(
      'agent bot changed',
    )
    expect(await told({ groups: ['bots'] })).toBe('agent bot changed')
    expect(await told({ scopes: ['execute'] })).toBe('agent bot revoked')
    expect(await told({ scopes: ['read'] })).toBe('agent bot revoked')
    expect(await told({ mayActForUsers: false })).toBe('agent bot revoked')
    expect(await told({ workloads: [] })).toBe('agent bot revoked')
    expect(await told({ expires: START + DAY })).toBe('agent bot revoked')
    expect(await told({ expires: null })).toBe('agent bot changed')
    expect(await agents.find('bot')).toMatchObject({
      name: 'Bot 2',
      scopes: ['read'],
      groups: ['bots'],
    })
  })

  test('change over from key to key; old ones are listed as due', async () => {
    const { administration, clock } = directory
    const { agents } = administration
    const [first, second] = [key(), key()]
    await agents.create({ ...BOT, keys: [{ ...first, kid: 'one' }] })
    await agents.create({ ...BOT, id: 'keyless', workloads: [TRUST] })
    clock.now = START + 90 * DAY
    const due = async () => ids(await agents.rotationDue({ before: clock.now - 30 * DAY }))
    expect(await due()).toEqual(['bot'])
    const both = await agents.addKey('bot', { ...second, kid: 'two' })
    expect(both.keys.map(({ kid }) => kid)).toEqual(['one', 'two'])
    expect((await changes()).at(-1)).toBe('agent bot changed')
    await expect(agents.addKey('bot', second)).rejects.toThrow('already')
    expect(await due()).toEqual(['bot'])
    const after = await agents.removeKey('bot', 'one')
    expect(after.keys).toEqual([{ ...second, kid: 'two' }])
    expect((await changes()).at(-1)).toBe('agent bot revoked')
    await expect(agents.removeKey('bot', 'one')).rejects.toThrow('no key with this')
    expect(await due()).toEqual([])
    await agents.removeKey('bot', 'two')
    clock.now += 90 * DAY
    expect(await due()).toEqual([])
  })

  test('keys that are added at the same time are all there', async () => {
    const { agents } = directory.administration
    const replica = await directory.replica()
    await agents.create(BOT)
    await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        (at % 2 === 0 ? agents : replica.administration.agents).addKey('bot', key()),
      ),
    )
    expect((await agents.find('bot'))?.keys).toHaveLength(8)
  })

  test('disabled ones are heard of, and come back only to an active owner', async () => {
    const { agents, users } = directory.administration
    await agents.create(BOT)
    expect(await agents.disable('bot')).toMatchObject({ status: 'disabled' })
    expect((await changes()).at(-1)).toBe('agent bot revoked')
    await users.disable('ada')
    await expect(agents.enable('bot')).rejects.toThrow('an active user')
    await users.enable('ada')
    expect(await agents.enable('bot')).toMatchObject({ status: 'active' })
  })

  test('whose owner is disabled are reported, listed, moved or disabled', async () => {
    const { agents, users } = directory.administration
    for (const id of ['a1', 'a2', 'a3']) await agents.create({ ...BOT, id })
    await agents.create({ ...BOT, id: 'b1', owner: 'bob' })
    await agents.disable('a3')
    expect((await users.disable('ada')).agents).toEqual(['a1', 'a2'])
    const first = await agents.orphans({ limit: 1 })
    expect(ids(first)).toEqual(['a1'])
    expect(ids(await agents.orphans({ cursor: String(first.next) }))).toEqual(['a2'])
    await expect(users.offboard('ada', { moveTo: 'ada' })).rejects.toThrow('another active user')
    await expect(users.offboard('ada', { moveTo: 'cy' })).rejects.toThrow('another active user')
    const moved = await users.offboard('ada', { moveTo: 'bob' })
    expect(moved.agents).toMatchObject([
      { id: 'a1', owner: 'bob', status: 'active' },
      { id: 'a2', owner: 'bob' },
    ])
    expect(ids(await agents.orphans({}))).toEqual([])
    const gone = await users.offboard('bob', 'disable')
    expect(gone.user.status).toBe('disabled')
    expect(gone.agents.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'a1 disabled',
      'a2 disabled',
      'b1 disabled',
    ])
    const heard = await changes()
    for (const id of ['a1', 'a2', 'b1']) expect(heard).toContain(`agent ${id} revoked`)
    expect(ids(await agents.list({ owner: 'ada' }))).toEqual(['a3'])
    expect(ids(await agents.list({ status: 'active' }))).toEqual([])
  })

  test('nobody gets an agent while being disabled', async () => {
    const { users } = directory.administration
    const replica = await directory.replica()
    const outcomes = await Promise.allSettled([
      users.offboard('ada', 'disable'),
      ...Array.from({ length: 6 }, (_, at) =>
        replica.administration.agents.create({ ...BOT, id: `late${at}` }),
      ),
    ])
    expect(outcomes[0]?.status).toBe('fulfilled')
    expect(ids(await directory.administration.agents.orphans({}))).toEqual([])
  })

  test('not in use for long are listed', async () => {
    const { administration, accounts, clock } = directory
    const { agents } = administration
    for (const id of ['idle', 'busy', 'gone']) await agents.create({ ...BOT, id })
    await agents.disable('gone')
    clock.now = START + 90 * DAY
    await agents.create({ ...BOT, id: 'new' })
    accounts.seen('agent', 'busy' as SubjectId)
    await directory.close()
    expect(ids(await agents.stale({ before: START + 60 * DAY }))).toEqual(['idle'])
    expect(await agents.find('busy')).toMatchObject({ seen: START + 90 * DAY })
  })
})
