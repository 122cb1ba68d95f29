import { request as send } from 'node:http'
import { describe, expect, test } from 'vitest'
import { admin, done, origin, serveApi, shown } from './testing/served.ts'

serveApi()

/** The console's own request, as a browser sends it. */
const OWN = {
  cookie: 'session=owner',
  'x-bailiwick-console': '1',
  'sec-fetch-site': 'same-origin',
}

interface Answer {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  // biome-ignore lint/suspicious/noExplicitAny: each answer has a shape of its own
  readonly json: any
}

/** Sends exactly these headers: what `fetch` adds by itself is part of what is tested. */
function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string | undefined>>,
  body?: unknown,
): Promise<Answer> {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined)
  const text = body === undefined ? undefined : JSON.stringify(body)
  const json = text === undefined ? {} : { 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const asked = send(
      `${origin}/admin/api/v1${path}`,
      { method, headers: { ...json, ...Object.fromEntries(given) } as Record<string, string> },
      (response) => {
        let whole = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          whole += chunk
        })
        response.on('end', () => {
          const { statusCode: status, headers: answered } = response
          resolve({ status, headers: answered, json: JSON.parse(whole) })
        })
      },
    )
    asked.on('error', reject)
    asked.end(text)
  })
}

describe('the console', () => {
  test('is known by the session of its browser, and acts in its name', async () => {
    expect((await ask('GET', '/users', OWN)).status).toBe(200)
    const changed = await ask('PATCH', '/users/ann', OWN, { name: 'B' })
    expect(changed.status).toBe(200)
    expect(done.at(-1)).toMatchObject(['users.rename', 'ann', 'B', { subject: 'user:ann' }])
    expect(shown).toEqual([])
  })

  test('may come from a browser that says its origin alone', async () => {
    const headers = { ...OWN, 'sec-fetch-site': undefined, origin }
    expect((await ask('PATCH', '/users/ann', headers, { name: 'B' })).status).toBe(200)
  })

  test('without a session is told where people log in', async () => {
    for (const cookie of [undefined, 'session=nobody', 'other=owner']) {
      const { status, json } = await ask('GET', '/users', { ...OWN, cookie })
      expect([status, json.code]).toEqual([401, 'login_required'])
      expect(json.login).toBe('/oauth/account/login?return_to=%2Fconsole%2F')
      expect(Object.keys(json)).not.toContain('errors')
    }
  })

  test('gets no more than the roles of the person', async () => {
    const headers = { ...OWN, cookie: 'session=member' }
    const { status, json } = await ask('GET', '/users', headers)
    expect([status, json.code]).toEqual([403, 'role_insufficient'])
  })
})

describe('a page of somebody else', () => {
  test.each<readonly [string, Readonly<Record<string, string | undefined>>]>([
    ['of another site', { 'sec-fetch-site': 'cross-site' }],
    ['of a sibling host', { 'sec-fetch-site': 'same-site' }],
    ['opened by hand', { 'sec-fetch-site': 'none' }],
    ['that names its origin', { origin: 'https://evil.example' }],
    ['that hides its origin', { origin: 'null' }],
    ['that hides, in an old browser', { 'sec-fetch-site': undefined, origin: 'null' }],
    ['in an old browser', { 'sec-fetch-site': undefined, origin: 'https://evil.example' }],
    ['of our host on another port', { origin: 'http://127.0.0.1:1' }],
    ['of our host in another scheme', { origin: 'https://127.0.0.1' }],
    ['whose browser says nothing', { 'sec-fetch-site': undefined, origin: undefined }],
    ['that claims both', { 'sec-fetch-site': 'cross-site, same-origin' }],
    ['in capitals', { 'sec-fetch-site': 'Same-Origin' }],
    ['under another name', { host: 'localhost.evil.example' }],
    ['with an odd header', { 'x-bailiwick-console': '2' }],
    ['with an empty header', { 'x-bailiwick-console': '' }],
  ])('%s does nothing with the session', async (_, changes) => {
    for (const [method, path, body] of [
      ['PATCH', '/users/ann', { name: 'Eve' }],
      ['POST', '/users/ann/disable', undefined],
      ['GET', '/users', undefined],
      ['GET', '/live', undefined],
    ] as const) {
      const { status, json } = await ask(method, path, { ...OWN, ...changes }, body)
      expect([status, json.code]).toEqual([403, 'origin_refused'])
    }
    expect(done).toEqual([])
  })

  test('as a form, which sets no header, is nobody', async () => {
    const headers = { ...OWN, 'x-bailiwick-console': undefined }
    const { status, json } = await ask('POST', '/users/ann/disable', headers)
    expect([status, json.code]).toEqual([401, 'token_invalid'])
    expect(done).toEqual([])
  })

  test('cannot lend a session to a token, nor a token to a session', async () => {
    const bad = { ...OWN, authorization: 'Bearer nobody' }
    expect((await ask('GET', '/users', bad)).json.code).toBe('token_invalid')
    const both = { ...OWN, cookie: 'session=owner', authorization: 'Bearer member' }
    expect((await ask('GET', '/users', both)).json.code).toBe('role_insufficient')
    const empty = { ...OWN, authorization: '' }
    expect((await ask('GET', '/users', empty)).json.code).toBe('token_invalid')
  })
})

test('paths outside the API are none of its business', () => {
  expect(admin.routes('/admin/api/v1')).toBeUndefined()
  expect(admin.routes('/admin')).toBeUndefined()
})
