import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES } from '../store/testing/fresh-store.ts'
import type { Contest } from './testing/contender.ts'
import {
  enrol,
  type FreshDirectory,
  freshDirectory,
  PASSWORD,
  refusal,
} from './testing/fresh-directory.ts'
import { THROTTLE } from './throttle.ts'

const HERE = '198.51.100.7'

describe.each(ENGINES)('who comes at the same time on %s', (engine) => {
  let directory: FreshDirectory
  beforeEach(async () => {
    directory = await freshDirectory(engine, { clock: Date.now })
  })
  afterEach(() => directory.remove())

  test('processes that use one link and one recovery code: one of them does', async () => {
    const [code = ''] = await enrol(directory, 'ada')
    const { users } = directory.administration
    await users.create({ id: 'bob' })
    const { secret: link } = await users.link('bob', 'invite')
    const contest: Contest = { store: directory.options, link, user: 'ada', code }
    const contenders = await Promise.all([contender(contest), contender(contest)])
    for (const { start } of contenders) start()
    const won = await Promise.all(contenders.map(({ result }) => result))
    expect(won.reduce((sum, { links }) => sum + links, 0)).toBe(1)
    expect(won.reduce((sum, { codes }) => sum + codes, 0)).toBe(1)
    const left = await users.credentials('bob')
    expect(left.map(({ kind }) => kind).sort()).toEqual(['password', ...Array(10).fill('recovery')])
  })

  test('wrong passwords on two connections: each that was checked is counted, and no more are checked than may be', async () => {
    directory = await frozen(directory, engine)
    await enrol(directory, 'ada')
    const replica = await directory.replica()
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        (at % 2 === 0 ? directory : replica).accounts.checkPassword(
          'ada',
          'not this one',
          `192.0.2.${at}`,
        ),
      ),
    )
    const checked = results.filter((one) => refusal(one) === 'wrong')
    // The first that has to be waited for is itself checked.
    expect(checked).toHaveLength(THROTTLE.name.free + 1)
    expect(results.filter((one) => refusal(one) === 'throttled')).toHaveLength(50 - checked.length)
    const rows = await directory.store.db.selectFrom('login_attempt').selectAll().execute()
    expect(rows.filter(({ key }) => key.startsWith('name:'))).toMatchObject([
      { failures: checked.length },
    ])
    const failed = directory.events.filter(({ event }) => event === 'login.failed')
    expect(failed).toHaveLength(checked.length)
  })

  test('wrong passwords below the bound are counted exactly', async () => {
    await directory.remove()
    const rule = { free: 100, first: 1_000, most: 60_000 }
    directory = await freshDirectory(engine, { throttle: { name: rule, address: rule } })
    await enrol(directory, 'ada')
    const replica = await directory.replica()
    await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        (at % 2 === 0 ? directory : replica).accounts.checkPassword('ada', 'not this one', HERE),
      ),
    )
    const rows = await directory.store.db.selectFrom('login_attempt').selectAll().execute()
    expect(rows.map(({ failures }) => failures)).toEqual([50, 50])
  })

  test('links made at the same time: the last one opens, and no other', async () => {
    const { users } = directory.administration
    await users.create({ id: 'ada' })
    const replica = await directory.replica()
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        (at % 2 === 0 ? directory : replica).administration.users.link('ada', 'reset'),
      ),
    )
    const opened = await Promise.all(made.map(({ secret }) => directory.accounts.openLink(secret)))
    expect(opened.filter((one) => one !== undefined)).toHaveLength(1)
  })

  test('two users, and two agents, never get one id', async () => {
    const replica = await directory.replica()
    const { users } = directory.administration
    const make = (one: typeof users) => one.create({ id: 'ada', groups: ['staff'] })
    const made = await Promise.allSettled([make(users), make(replica.administration.users)])
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const agent = { id: 'bot', name: 'Bot', owner: 'ada', purpose: 'tests', scopes: ['read'] }
    const agents = await Promise.allSettled([
      directory.administration.agents.create(agent),
      replica.administration.agents.create(agent),
    ])
    expect(agents.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    // What was announced and did not happen is taken back.
    const announced = directory.events.filter(({ event }) => event === 'agent.created')
    expect(announced.map(({ outcome }) => outcome).sort()).toEqual(['done', 'done', 'refused'])
  })

  test('hundreds of logins at once take turns, and those that find no turn are told to wait', async () => {
    await directory.remove()
    const rule = { free: 1_000, first: 1_000, most: 60_000 }
    directory = await freshDirectory(engine, {
      throttle: { name: rule, address: rule },
      passwords: { cost: { memory: 64, passes: 1, parallelism: 1 }, running: 1, waiting: 4 },
    })
    await enrol(directory, 'ada')
    const results = await Promise.all(
      Array.from({ length: 200 }, () => directory.accounts.checkPassword('ada', PASSWORD, HERE)),
    )
    const inside = results.filter((one) => 'user' in one)
    const told = results.filter((one) => 'retryAfter' in one)
    expect(inside.length + told.length).toBe(200)
    expect(inside.length).toBeGreaterThan(0)
    // What was never checked counts for nothing.
    const again = await directory.accounts.checkPassword('ada', PASSWORD, HERE)
    expect(again).toMatchObject({ user: { id: 'ada' } })
    const rows = await directory.store.db.selectFrom('login_attempt').selectAll().execute()
    expect(rows.filter(({ failures }) => failures > 0)).toEqual([])
  })
})

/** The same with a clock that stands still. */
async function frozen(old: FreshDirectory, engine: (typeof ENGINES)[number]) {
  await old.remove()
  return await freshDirectory(engine)
}

async function contender(contest: Contest) {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      `${import.meta.dirname}/testing/contender.ts`,
      JSON.stringify(contest),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  await lines.next()
  const result = lines
    .next()
    .then(({ value }) => JSON.parse(String(value)) as { links: number; codes: number })
  return { start: () => child.stdin.write('go\n'), result }
}
