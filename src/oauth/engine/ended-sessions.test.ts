import { expect, test } from 'vitest'
import { Browser } from './testing/browser.ts'
import { person } from './testing/fakes.ts'
import { onEveryEngine } from './testing/on-every-engine.ts'
import { authorize, authorizeUrl } from './testing/server.ts'

const WEB = { client_id: 'web', redirect_uri: 'https://app.example/cb' }

/** What happens each time that somebody asks for a user. */
let onLook: (id: string) => Promise<void> = async () => {}

onEveryEngine(
  'a session that ends while a request is on its way',
  (world) => {
    const endSessions = async () => {
      onLook = async () => {}
      await world().store.db.deleteFrom('oauth_object').where('model', '=', 'Session').execute()
    }
    const kept = () =>
      world().store.db.selectFrom('oauth_object').select('subject').where('model', '=', 'Session')

    test('does not come back when the request ends', async () => {
      const { server } = world()
      const browser = new Browser(server.origin)
      await authorize(server, {}, browser)
      onLook = endSessions
      const page = await browser.get(authorizeUrl(server).url)
      expect([page.status, page.headers.location]).toEqual([400, undefined])
      expect(await kept().execute()).toEqual([])
      expect((await browser.open(`${server.origin}/account`)).text).toBe('{}')
    })

    test('is good for no code, even where consent is remembered', async () => {
      const { server } = world()
      const { client_id, redirect_uri } = WEB
      const app = { ...server.clients.get('app'), client_id, redirect_uris: [redirect_uri] }
      server.clients.set(client_id, { ...app, application_type: 'web' })
      server.answers.remember = true
      const browser = new Browser(server.origin)
      expect((await authorize(server, WEB, browser)).code).not.toBe('')
      onLook = endSessions
      const page = await browser.get(authorizeUrl(server, WEB).url)
      expect(`${page.headers.location ?? ''} ${page.text}`).not.toContain('code=')
      expect(await kept().execute()).toEqual([])
    })

    test('does not come back under another id after consent', async () => {
      const { server } = world()
      const browser = new Browser(server.origin)
      await browser.open(`${server.origin}/account/sign-in`)
      const asked = await browser.get(authorizeUrl(server).url)
      const at = new URL(asked.headers.location ?? '', server.origin).href
      const resume = new URL((await browser.get(at)).headers.location ?? '', at).href
      onLook = endSessions
      const page = await browser.get(resume)
      expect([page.status, page.headers.location]).toEqual([400, undefined])
      expect(await kept().execute()).toEqual([])
    })
  },
  {
    principals: {
      user: async (id) => {
        await onLook(id)
        return person(id)
      },
      agent: async () => undefined,
      seen: () => {},
    },
  },
)
