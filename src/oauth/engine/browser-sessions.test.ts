import { expect, test } from 'vitest'
import { Browser } from './testing/browser.ts'
import { onEveryEngine } from './testing/on-every-engine.ts'
import { authorizeUrl } from './testing/server.ts'

onEveryEngine('sessions of browsers', (world) => {
  const signIn = async (user = 'ann') => {
    const { server } = world()
    server.answers.user = user
    const browser = new Browser(server.origin)
    await browser.open(`${server.origin}/account/sign-in`)
    const { text } = await browser.open(`${server.origin}/account`)
    return { browser, session: JSON.parse(text) }
  }

  test('are listed by a name that opens nothing', async () => {
    const { server } = world()
    const { browser, session } = await signIn()
    await signIn('bob')
    const all = await server.server.sessions.list({})
    expect(all.map(({ user }) => user).sort()).toEqual(['ann', 'bob'])
    const [own] = await server.server.sessions.list({ user: 'ann' })
    expect(own).toMatchObject({ id: session.id, user: 'ann', methods: ['pwd'] })
    expect(own?.expires).toBeGreaterThan(own?.begun ?? Number.POSITIVE_INFINITY)
    expect(Math.abs((own?.expires ?? 0) - session.expires)).toBeLessThan(2_000)
    const secrets = [...browser.cookies.values()].map(({ value }) => value)
    expect(secrets).not.toContain(own?.id)
    const stranger = new Browser(server.origin)
    for (const [key, { path }] of browser.cookies)
      stranger.plant(key.slice(path.length + 1), String(own?.id), path)
    expect((await stranger.open(`${server.origin}/account`)).text).toBe('{}')
  })

  test('go on page by page', async () => {
    for (const user of ['ann', 'bob', 'ann']) await signIn(user)
    const { sessions } = world().server.server
    const first = await sessions.list({ limit: 2 })
    const rest = await sessions.list({ limit: 2, after: String(first.at(-1)?.id) })
    expect([first.length, rest.length]).toEqual([2, 1])
    expect(new Set([...first, ...rest].map(({ id }) => id)).size).toBe(3)
  })

  test('end at once with what they were about to do, on record, and others stay', async () => {
    const { server } = world()
    const { browser, session } = await signIn()
    const other = await signIn()
    await browser.get(authorizeUrl(server).url)
    server.events.length = 0
    expect(await server.server.sessions.end(session.id)).toBe(true)
    expect(server.events).toEqual([
      { event: 'session.ended', outcome: 'done', subject: 'user:ann', target: session.id },
    ])
    expect(server.revoked).toMatchObject([{ kind: 'grant', id: session.id }])
    expect((await browser.open(`${server.origin}/account`)).text).toBe('{}')
    const left = await world().store.db.selectFrom('oauth_object').select('model').execute()
    expect(left).toEqual([{ model: 'Session' }])
    const again = (await other.browser.open(`${server.origin}/account`)).text
    expect(JSON.parse(again)).toMatchObject({ user: 'ann' })
    expect(await server.server.sessions.end(session.id)).toBe(false)
    expect(await server.server.sessions.end('unknown')).toBe(false)
  })

  test('do not end where that cannot be recorded', async () => {
    const { browser, session } = await signIn()
    const blind = await world().restart({ witness: () => Promise.reject(new Error('full')) })
    await expect(blind.server.sessions.end(session.id)).rejects.toThrow('full')
    expect(await blind.server.sessions.find(session.id)).toMatchObject({ user: 'ann' })
    expect(browser.cookies.size).toBeGreaterThan(0)
  })

  test('that are over are not listed', async () => {
    const { session } = await signIn()
    const { server } = world()
    server.clock.offset += 9 * 60 * 60_000
    expect(await server.server.sessions.list({})).toEqual([])
    expect(await server.server.sessions.find(session.id)).toBeUndefined()
  })
})
