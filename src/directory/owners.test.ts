import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '../store/store.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { keepingAnOwner } from './owners.ts'
import { type FreshDirectory, freshDirectory } from './testing/fresh-directory.ts'

const LAST = {
  code: 'params_invalid',
  message: 'this is the last active owner; make somebody else an owner first',
}
const ACTOR = { subject: 'user:owner', client: 'bailiwick-cli', grant: 'g-1' }

describe.each(ENGINES)('owners on %s', (engine) => {
  let directory: FreshDirectory
  beforeEach(async () => {
    directory = await freshDirectory(engine)
    await directory.ensureOwner()
  })
  afterEach(() => directory.remove())

  const users = () => directory.administration.users

  test('the last active one is neither disabled, offboarded nor put out of the group', async () => {
    await users().create({ id: 'ada', groups: ['owners'] })
    await users().disable('ada')
    directory.events.length = 0
    await expect(users().disable('owner')).rejects.toMatchObject(LAST)
    await expect(users().offboard('owner', 'disable')).rejects.toMatchObject(LAST)
    expect(directory.events).toEqual([])
    await expect(users().setGroups('owner', ['staff'])).rejects.toMatchObject(LAST)
    expect(directory.events.map(({ outcome }) => outcome)).toEqual(['done', 'refused'])
    expect(await users().find('owner')).toMatchObject({ status: 'active', groups: ['owners'] })
    expect(await users().setGroups('owner', ['staff', 'owners'])).toMatchObject({
      groups: ['owners', 'staff'],
    })
  })

  test('whom a provider calls one is one, too; who is of a group of that name only once is', async () => {
    const login = { provider: 'okta', subject: 'A7', name: 'Cy', create: true }
    await directory.accounts.federate({ ...login, groups: ['owners'] })
    await users().setGroups('okta|A7', ['owners'])
    expect(await users().disable('owner')).toMatchObject({ user: { status: 'disabled' } })
    // The provider still says so.
    expect(await users().setGroups('okta|A7', [])).toMatchObject({ groups: ['owners'] })
    await expect(users().disable('okta|A7')).rejects.toMatchObject(LAST)
  })

  test('of two who put each other out at once, one stays', async () => {
    await users().create({ id: 'ada', groups: ['owners'] })
    const other = await directory.replica()
    for (const [round, act] of [
      (id: string, from: typeof other | FreshDirectory) => from.administration.users.disable(id),
      (id: string, from: typeof other | FreshDirectory) =>
        from.administration.users.setGroups(id, []),
    ].entries()) {
      const ended = await Promise.allSettled([act('ada', directory), act('owner', other)])
      const outcomes = ended.map(({ status }) => status).toSorted()
      expect(outcomes, `round ${round}`).toEqual(['fulfilled', 'rejected'])
      expect((await users().list({ status: 'active', group: 'owners' })).items).toHaveLength(1)
      const gone = ended[0]?.status === 'fulfilled' ? 'ada' : 'owner'
      await users().enable(gone)
      await users().setGroups(gone, ['owners'])
    }
  })

  test('neither sees the other before it is decided', async () => {
    await users().create({ id: 'ada', groups: ['owners'] })
    const other = await directory.replica()
    const disable = (store: Store, id: string) =>
      keepingAnOwner(slow(store), id, (trx) =>
        trx.updateTable('user_account').set({ status: 'disabled' }).where('id', '=', id).execute(),
      )
    const ended = await Promise.allSettled([
      disable(directory.store, 'ada'),
      disable(other.store, 'owner'),
    ])
    expect(ended.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await users().list({ status: 'active', group: 'owners' })).items).toHaveLength(1)
  })

  test('events say who administered', async () => {
    const { users: by, agents } = directory.administrationBy(ACTOR)
    directory.events.length = 0
    await by.create({ id: 'ada' })
    await by.link('ada', 'invite')
    const terms = { name: 'Bot', owner: 'ada', purpose: 'files issues', scopes: ['read'] }
    await agents.create({ id: 'bot', ...terms })
    await by.offboard('ada', 'disable')
    await expect(by.disable('nobody')).rejects.toThrow('there is no such user')
    expect(directory.events.map(({ event }) => event)).toEqual([
      'user.created',
      'credential.added',
      'agent.created',
      'user.disabled',
      'agent.disabled',
    ])
    for (const event of directory.events) expect(event.by).toEqual(ACTOR)
    await users().enable('ada')
    expect(directory.events.at(-1)?.by).toBeUndefined()
  })
})

/** Each statement takes so much longer that two transactions go side by side. */
function slow(store: Store): Store {
  return {
    ...store,
    db: store.db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        await sleep(40)
        return result
      },
    }),
  }
}
