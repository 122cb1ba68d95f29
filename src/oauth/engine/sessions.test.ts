import { expect, test } from 'vitest'
import { Browser, send } from './testing/browser.ts'
import { onEveryEngine } from './testing/on-every-engine.ts'
import { authorize, authorizeUrl, redeem, refresh, type TestServer } from './testing/server.ts'

const WEB = 'https://app.example/cb'
const DAY = 24 * 60 * 60_000

function addWebClients({ clients }: TestServer): void {
  const app = clients.get('app') ?? {}
  for (const client_id of ['web', 'dyn-web'])
    clients.set(client_id, {
      ...app,
      client_id,
      application_type: 'web',
      redirect_uris: [WEB],
    })
}

const prompts = ({ seen }: TestServer) => seen.map(({ prompt }) => prompt)
const sessionOf = ({ cookies }: Browser) =>
  [...cookies].find(([name]) => /^\/ bailiwick-\d+-session$/.test(name))?.[1].value

onEveryEngine('the session of a person', (world) => {
  test('gets a new id at every login, and none that a stranger planted', async () => {
    const { server } = world()
    const attacker = new Browser(server.origin)
    await authorize(server, {}, attacker)
    const victim = new Browser(server.origin)
    for (const [key, { value, path }] of attacker.cookies)
      if (key.startsWith('/ ')) victim.plant(key.slice(2), value, path)
    const planted = sessionOf(victim)
    expect(planted).toBeDefined()
    server.answers.user = 'bob'
    await authorize(server, { prompt: 'login' }, victim)
    expect(sessionOf(victim)).not.toBe(planted)
    // The one that was planted is nobody's any more: its owner has to log in again.
    server.seen.length = 0
    server.answers.user = 'ann'
    await authorize(server, {}, attacker)
    expect(prompts(server)).toEqual(['login', 'consent'])
  })

  test('is replaced by the session of another user', async () => {
    const { server } = world()
    const browser = new Browser(server.origin)
    await authorize(server, {}, browser)
    server.answers.user = 'bob'
    const { code, verifier } = await authorize(server, { prompt: 'login' }, browser)
    expect((await redeem(server, { code, verifier })).status).toBe(200)
    expect(server.seen.at(-1)?.user).toBe('bob')
    const grants = await server.server.grants.list({})
    expect(grants.map(({ subject }) => subject).sort()).toEqual(['ann', 'bob'])
  })

  test('lasts eight hours from the login on, however often it is used', async () => {
    const { server } = world()
    const browser = new Browser(server.origin)
    await authorize(server, {}, browser)
    server.clock.offset += 7 * 60 * 60_000
    await authorize(server, {}, browser)
    expect(prompts(server)).toEqual(['login', 'consent', 'consent'])
    server.clock.offset += 61 * 60_000
    await authorize(server, {}, browser)
    expect(prompts(server).slice(3)).toEqual(['login', 'consent'])
  })

  test('is no longer good for a user who is disabled', async () => {
    const { server } = world()
    const browser = new Browser(server.origin)
    await authorize(server, {}, browser)
    const ann = server.users.get('ann')
    if (ann !== undefined) server.users.set('ann', { ...ann, status: 'disabled' })
    server.answers.user = 'bob'
    await authorize(server, {}, browser)
    expect(prompts(server).slice(2)).toEqual(['login', 'consent'])
    expect(server.seen.at(-1)?.user).toBe('bob')
  })
})

onEveryEngine('a session outside any authorization', (world) => {
  test('begins, is known, is good for authorizations, and ends', async () => {
    const { server, store } = world()
    const { origin } = server
    const browser = new Browser(origin)
    const whose = async () => JSON.parse((await browser.open(`${origin}/account`)).text)
    expect(await whose()).toEqual({})
    await browser.open(`${origin}/account/sign-in`)
    expect(await whose()).toMatchObject({ user: 'ann', methods: ['pwd'] })
    await authorize(server, {}, browser)
    expect(prompts(server)).toEqual(['consent'])
    const open = await browser.get(authorizeUrl(server).url)
    const stolen = new Map(browser.cookies)
    await browser.open(`${origin}/account/logout`)
    expect([...browser.cookies.keys()].filter((key) => key.includes('session'))).toEqual([])
    // What another kept of the session is of no use, nor is what it was about to do.
    for (const [key, { value, path }] of stolen) browser.plant(key.split(' ')[1] ?? '', value, path)
    expect(await whose()).toEqual({})
    const page = await browser.open(new URL(open.headers.location ?? '', origin).href)
    expect([page.status, page.text]).toEqual([400, 'interaction_unknown'])
    const kept = await store.db
      .selectFrom('oauth_object')
      .select('model')
      .where('model', 'in', ['Session', 'Interaction'])
      .execute()
    expect(kept).toEqual([])
    expect(server.events.at(-1)).toMatchObject({ event: 'login.ended', subject: 'user:ann' })
  })

  test('that is another user’s ends when one signs in', async () => {
    const { server, store } = world()
    const browser = new Browser(server.origin)
    await browser.open(`${server.origin}/account/sign-in`)
    const before = sessionOf(browser)
    server.answers.user = 'bob'
    await browser.open(`${server.origin}/account/sign-in`)
    expect(sessionOf(browser)).not.toBe(before)
    const kept = await store.db.selectFrom('oauth_object').select('subject').execute()
    expect(kept).toEqual([{ subject: 'bob' }])
  })

  test('is of no use to a user who was disabled', async () => {
    const { server } = world()
    const browser = new Browser(server.origin)
    await browser.open(`${server.origin}/account/sign-in`)
    const ann = server.users.get('ann')
    if (ann !== undefined) server.users.set('ann', { ...ann, status: 'disabled' })
    expect((await browser.open(`${server.origin}/account`)).text).toBe('{}')
  })

  test('has cookies that only this host gets over TLS, where there is TLS', async () => {
    const server = await world().restart({ publicOrigin: 'https://gateway.example' })
    const headers = { host: 'gateway.example' }
    const signedIn = await send(`${server.at}/account/sign-in`, { headers })
    const [session, signature] = signedIn.headers['set-cookie'] ?? []
    for (const cookie of [session, signature]) {
      expect(cookie).toMatch(/^__Host-bailiwick-session(?:\.sig)?=/)
      expect(cookie).toMatch(/; path=\/;/)
      expect(cookie).toMatch(/; secure/)
      expect(cookie).toMatch(/; httponly/)
      expect(cookie).toMatch(/; samesite=lax/)
      expect(cookie).not.toMatch(/; domain=/)
    }
    const { search } = new URL(authorizeUrl(server).url)
    const begun = await send(`${server.at}/oauth/authorize${search}`, { headers })
    expect(begun.headers.location).toMatch(/^\/oauth\/interaction\//)
    const cookies = begun.headers['set-cookie'] ?? []
    expect(cookies).toHaveLength(4)
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Secure-bailiwick-(?:interaction|resume)(?:\.sig)?=/)
      expect(cookie).toMatch(/; path=\/oauth\/(?:interaction|authorize)\/[^;]+;/)
      expect(cookie).toMatch(/; samesite=lax; secure; httponly/)
    }
  })
})

onEveryEngine(
  'an interaction, with a slow store',
  (world) => {
    const begin = async (browser: Browser) => {
      const { headers } = await browser.get(authorizeUrl(world().server).url)
      return new URL(headers.location ?? '', world().server.origin).href
    }

    test('is one browser’s, and ends with the first answer', async () => {
      const { server } = world()
      const browser = new Browser(server.origin)
      const at = await begin(browser)
      const stranger = await new Browser(server.origin).open(at)
      expect([stranger.status, stranger.text]).toEqual([400, 'interaction_unknown'])
      const answered = await browser.get(at)
      const consent = new URL(
        (await browser.get(new URL(answered.headers.location ?? '', at).href)).headers.location ??
          '',
        at,
      )
      const resume = new URL((await browser.get(consent.href)).headers.location ?? '', at).href
      const tabs = await Promise.all([1, 2, 3].map(() => browser.get(resume)))
      expect(tabs.map(({ status }) => status).sort()).toEqual([303, 400, 400])
    })

    test('answers under its own address alone', async () => {
      const { server } = world()
      const browser = new Browser(server.origin)
      const [one, two] = [await begin(browser), await begin(new Browser(server.origin))]
      const elsewhere = new URL(two).pathname
      for (const [key, { value, path }] of [...browser.cookies])
        if (path === new URL(one).pathname) browser.plant(key.split(' ')[1] ?? '', value, elsewhere)
      const page = await browser.open(two)
      expect([page.status, page.text]).toEqual([400, 'interaction_unknown'])
    })
  },
  { latency: 3 },
)

onEveryEngine('consent', (world) => {
  test('is asked for each time where anybody could get the code', async () => {
    const { server } = world()
    addWebClients(server)
    server.answers.remember = true
    const browser = new Browser(server.origin)
    await authorize(server, {}, browser)
    await authorize(server, {}, browser)
    expect(prompts(server)).toEqual(['login', 'consent', 'consent'])
    // What the client has is shown as known, all the same.
    expect(server.seen.map(({ known }) => known)).toEqual([[], [], ['read', 'offline_access']])
    server.seen.length = 0
    for (const _ of [1, 2])
      await authorize(server, { client_id: 'dyn-web', redirect_uri: WEB }, browser)
    expect(prompts(server)).toEqual(['consent', 'consent'])
  })

  test('is remembered for 90 days for the same client, address, resource, and no more scopes', async () => {
    const { server, store } = world()
    addWebClients(server)
    server.answers.remember = true
    const web = { client_id: 'web', redirect_uri: WEB }
    const browser = new Browser(server.origin)
    let codes = 0
    const ask = async (changes: Record<string, string>) => {
      server.seen.length = 0
      const { code } = await authorize(server, { ...web, ...changes }, browser)
      expect(code).not.toBe('')
      codes += 1
      return prompts(server)
    }
    expect(await ask({})).toEqual(['login', 'consent'])
    expect(await ask({})).toEqual([])
    expect(await ask({ prompt: 'consent' })).toEqual(['consent'])
    expect(await ask({ resource: `${server.origin}/mcp/files` })).toEqual(['consent'])
    expect(await ask({ scope: 'read write' })).toEqual(['consent'])
    expect(await ask({ scope: 'write' })).toEqual([])
    const changed = { ...server.clients.get('web'), client_name: 'Other' }
    server.clients.set('web', changed)
    expect(await ask({})).toEqual(['consent'])
    expect(await ask({})).toEqual([])
    server.clock.offset += 91 * DAY
    expect(await ask({})).toEqual(['login', 'consent'])
    await server.server.consents.withdraw('ann' as never, 'web')
    expect(await ask({})).toEqual(['consent'])
    // A grant for each code, and none that a question was begun with.
    const grants = await store.db.selectFrom('oauth_grant').select('id').execute()
    expect(grants).toHaveLength(codes)
  })

  test('that takes a scope back is remembered, too', async () => {
    const { server } = world()
    addWebClients(server)
    server.answers.remember = true
    const web = { client_id: 'web', redirect_uri: WEB }
    const browser = new Browser(server.origin)
    await authorize(server, { ...web, scope: 'read write' }, browser)
    server.answers.consent = ({ scopes }) => scopes.filter((scope) => scope !== 'write')
    await authorize(server, { ...web, scope: 'read write', prompt: 'consent' }, browser)
    server.seen.length = 0
    await authorize(server, { ...web, scope: 'write' }, browser)
    expect(prompts(server)).toEqual(['consent'])
  })

  test('makes a grant of its own for each authorization', async () => {
    const { server } = world()
    const browser = new Browser(server.origin)
    const [one, two] = [
      await redeem(server, await authorize(server, {}, browser)),
      await redeem(server, await authorize(server, {}, browser)),
    ]
    const grants = await server.server.grants.list({})
    expect(grants).toHaveLength(2)
    await server.server.grants.revoke(grants[0]?.id ?? '', 'user')
    const alive = await Promise.all(
      [one, two].map(({ body }) => refresh(server, body['refresh_token'])),
    )
    expect(alive.map(({ status }) => status).sort()).toEqual([200, 400])
  })

  test('to less gives less; without `offline_access` there is no refresh token', async () => {
    const { server } = world()
    server.answers.consent = () => ['read']
    const { body } = await redeem(server, await authorize(server, { scope: 'read write' }))
    expect(body).toMatchObject({ scope: 'read' })
    expect(body).not.toHaveProperty('refresh_token')
  })

  test.each([[['execute']], [['offline_access']], [[]]])(
    'to %j, which was not asked for or opens nothing, is refused',
    async (given) => {
      const { server } = world()
      server.answers.consent = () => given
      const { page } = await authorize(server)
      expect([page.status, page.text]).toEqual([400, 'params_invalid'])
      expect(await server.server.grants.list({ all: true })).toEqual([])
    },
  )

  test('that cannot be witnessed is not given', async () => {
    const { restart } = world()
    const server = await restart({
      witness: async ({ event }) => {
        if (event === 'consent.given') throw new Error('no')
      },
    })
    const { page } = await authorize(server)
    expect(page.status).toBe(400)
    expect(await server.server.grants.list({ all: true })).toEqual([])
  })
})
