import { expect, test } from 'vitest'
import { Browser } from './testing/browser.ts'
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
const sessionOf = (browser: Browser) => browser.cookies.get('/ bailiwick-session')?.value

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
