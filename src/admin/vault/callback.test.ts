import { request as send } from 'node:http'
import { beforeEach, describe, expect, test } from 'vitest'
import { inConsole } from '../testing/in-console.ts'
import { witnessed } from '../testing/records.ts'
import { ask, logged, origin, serveApi } from '../testing/served.ts'
import { atVault, HOST } from '../testing/vault.ts'

serveApi()
beforeEach(() => void witnessed.splice(0))

const finished = () => atVault.asked.filter(([what]) => what === 'finish')

interface Arrived {
  readonly method?: string
  /** Whose browser; undefined for one in which nobody is logged in. */
  readonly as?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** A browser that comes back: what `fetch` adds and hides is part of what is tested. */
function come(
  path: string,
  { method = 'GET', as, headers }: Arrived = {},
): Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string }> {
  const cookie = as === undefined ? {} : { cookie: `session=${as}` }
  return new Promise((resolve, reject) => {
    const asked = send(
      `${origin}/connect/${path}`,
      { method, headers: { 'sec-fetch-site': 'cross-site', ...cookie, ...headers } },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk
        })
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body }),
        )
      },
    )
    asked.on('error', reject)
    asked.end()
  })
}

async function begun(who: string): Promise<string> {
  await ask('POST', '/me/connections/crm/begin', { ...inConsole(who), body: { host: HOST } })
  return `s-${atVault.states.size}`
}

describe('the way back', () => {
  test('ends in the session that began, on a page that says so', async () => {
    const query = `code=c%2B1&state=${await begun('member')}&iss=https%3A%2F%2F${HOST}`
    const { status, headers, body } = await come(`callback?${query}`, { as: 'member' })
    expect([status, headers['location'], body]).toEqual([
      303,
      '/console/connections?connected=crm',
      '',
    ])
    expect(finished()).toMatchObject([
      ['finish', query, { user: 'user:ann', session: 'g-1', by: { subject: 'user:ann' } }],
    ])
    expect(headers).toMatchObject({
      ...{ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
      ...{ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' },
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
  })

  test('in the browser of somebody else ends nowhere', async () => {
    const state = await begun('member')
    const { status, headers } = await come(`callback?code=c&state=${state}`, { as: 'eve' })
    expect([status, headers['location']]).toEqual([
      303,
      '/console/connections?failed=interaction_unknown',
    ])
    expect(finished()).toMatchObject([['finish', expect.anything(), { user: 'user:eve' }]])
    expect(witnessed).toMatchObject([
      { event: 'connection.refused', outcome: 'refused', subject: 'user:eve' },
    ])
  })

  test('without a session is begun anew: nothing is finished', async () => {
    const state = await begun('member')
    for (const as of [undefined, 'nobody']) {
      const { status, headers } = await come(`callback?code=c&state=${state}`, { as })
      const page = encodeURIComponent('/console/connections?failed=login_required')
      expect([status, headers['location']]).toEqual([303, `/oauth/account/login?return_to=${page}`])
    }
    const token = { authorization: 'Bearer member' }
    const { headers } = await come(`callback?code=c&state=${state}`, { headers: token })
    expect(headers['location']).toContain('/oauth/account/login')
    expect([finished(), atVault.states.size]).toEqual([[], 1])
  })

  test('counts once', async () => {
    const path = `callback?code=c&state=${await begun('member')}`
    await come(path, { as: 'member' })
    const { headers } = await come(path, { as: 'member' })
    expect(headers['location']).toBe('/console/connections?failed=interaction_unknown')
  })

  test.each(['code=c&code=d&state=s-1', 'state=s-1&st%61te=s-2', `code=${'c'.repeat(8_192)}`])(
    'is not taken with a member twice, or a novel: %.40s',
    async (query) => {
      await begun('member')
      const { status, headers } = await come(`callback?${query}`, { as: 'member' })
      expect([status, headers['location']]).toEqual([
        303,
        '/console/connections?failed=message_malformed',
      ])
      expect([finished(), atVault.states.size]).toEqual([[], 1])
      expect(witnessed).toMatchObject([{ detail: { why: 'message_malformed' } }])
    },
  )

  test('says nothing of what it was told', async () => {
    const query =
      'error=access_denied&error_description=%3Cscript%3E-told-you&state=explode-told-you'
    const { headers, body } = await come(`callback?${query}`, { as: 'member' })
    expect(headers['location']).toBe('/console/connections?failed=internal')
    expect(JSON.stringify(headers) + body).not.toMatch(/told-you|script|denied/)
    expect(logged).toHaveLength(1)
    expect(logged[0]).toContain('request-1')
    expect(logged[0]).not.toContain('told-you')
  })

  test.each<readonly [string, Arrived, number]>([
    ['a form', { method: 'POST' }, 405],
    ['a look at its head', { method: 'HEAD' }, 405],
    ['a picture of some page', { headers: { 'sec-fetch-dest': 'image' } }, 403],
    ['a frame', { headers: { 'sec-fetch-dest': 'iframe' } }, 403],
    ['a script', { headers: { 'sec-fetch-mode': 'no-cors' } }, 403],
    ['a browser that is ahead of its person', { headers: { 'sec-purpose': 'prefetch' } }, 403],
  ])('is not for %s', async (_, arrived, wanted) => {
    const state = await begun('member')
    const path = `callback?code=c&state=${state}`
    const { status, headers } = await come(path, { as: 'member', ...arrived })
    expect(status).toBe(wanted)
    if (wanted === 405) expect(headers['allow']).toBe('GET')
    expect([finished(), atVault.states.size]).toEqual([[], 1])
  })
})

describe('what authorization servers may know of us', () => {
  test.each([
    ['client.json', 'client_id'],
    ['jwks.json', 'keys'],
  ])('%s is for anybody, and is kept a while', async (path, member) => {
    const { status, headers, body } = await come(path)
    expect([status, headers['content-type']]).toEqual([200, 'application/json'])
    expect(JSON.parse(body)).toHaveProperty(member)
    expect(headers['cache-control']).toBe('public, max-age=300')
    const head = await come(path, { method: 'HEAD' })
    expect([head.status, head.body, head.headers['etag']]).toEqual([200, '', headers['etag']])
    const known = { 'if-none-match': String(headers['etag']) }
    expect((await come(path, { headers: known })).status).toBe(304)
    const posted = await come(path, { method: 'POST' })
    expect([posted.status, posted.headers['allow']]).toEqual([405, 'GET, HEAD'])
  })

  test('there is nothing beside it', async () => {
    for (const path of ['', 'callback/', 'client.json/', 'toString', '__proto__'])
      expect((await come(path)).status, path).toBe(418)
  })
})
