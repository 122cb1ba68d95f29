import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import type { FetchDocument } from '../../kernel/fetch-document.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { ClientDocuments } from '../engine/ports.ts'
import type { ClientsOptions } from './clients.ts'
import { NO_FETCH, opened, requestFrom, served } from './testing/opened.ts'

const ID = 'https://client.example/client.json'
const REQUEST = requestFrom('192.0.2.7')
const documentOf = (id: string, more: JsonObject = {}): JsonObject => ({
  client_id: id,
  client_name: 'Example',
  redirect_uris: ['http://127.0.0.1/callback'],
  ...more,
})

/** Counts what is fetched, and answers with a good document unless told otherwise. */
async function withDocuments(
  fetchDocument: FetchDocument = async (url) => served(documentOf(url)),
  policy: ClientsOptions['policy'] = {},
) {
  const fetched: string[] = []
  const clients = await opened('sqlite', {
    policy: { documents: 'any', ...policy },
    fetchDocument: (url, limits) => {
      fetched.push(url)
      return fetchDocument(url, limits)
    },
  })
  const { documents } = clients.source
  if (documents === undefined) throw new Error('documents are off')
  /** As the library asks. */
  const resolve = async (id: string, request = REQUEST): Promise<string> => {
    if (!(await documents.allowFetch(request, id))) return 'not fetched'
    return documents.fetch(id).then(
      async (response) =>
        (await documents.allowClient(id, await bodyOf(response))) ? 'a client' : 'not allowed',
      (error: Error) => error.message,
    )
  }
  return { ...clients, documents, fetched, resolve }
}

async function bodyOf(response: Response): Promise<JsonObject> {
  return (await response.json()) as JsonObject
}

async function ageOf(documents: ClientDocuments, id: string): Promise<string | null> {
  return (await documents.fetch(id)).headers.get('cache-control')
}

describe('documents', () => {
  test('are fetched once for many flows, and again when they are stale', async () => {
    const { resolve, fetched, pass } = await withDocuments()
    expect(await Promise.all([resolve(ID), resolve(ID), resolve(ID)])).toEqual(
      Array(3).fill('a client'),
    )
    expect(await resolve(ID)).toBe('a client')
    expect(fetched).toEqual([ID])
    pass(59_999)
    await resolve(ID)
    expect(fetched).toEqual([ID])
    pass(1)
    expect(await resolve(ID)).toBe('a client')
    expect(fetched).toEqual([ID, ID])
  })

  test.each([
    [undefined, 60],
    [0, 60],
    [59, 60],
    [600, 600],
    [3_600, 3_600],
    [31_536_000, 3_600],
  ])('that say %s seconds are kept for %i', async (maxAge, seconds) => {
    const { documents, fetched, pass } = await withDocuments(async (url) =>
      served(documentOf(url), { maxAge }),
    )
    expect(await ageOf(documents, ID)).toBe(`max-age=${seconds}`)
    pass(10_000)
    // what the library keeps ends when ours does
    expect(await ageOf(documents, ID)).toBe(`max-age=${seconds - 10}`)
    pass((seconds - 10) * 1_000 - 1)
    await documents.fetch(ID)
    expect(fetched).toHaveLength(1)
    pass(1)
    await documents.fetch(ID)
    expect(fetched).toHaveLength(2)
  })

  test('are fetched within bounds', async () => {
    const limits: unknown[] = []
    const { resolve } = await withDocuments(async (url, limit) => {
      limits.push(limit)
      return served(documentOf(url))
    })
    await resolve(ID)
    expect(limits).toEqual([{ maxBytes: 5_120, timeout: 2_500 }])
  })

  test.each([
    ['a redirect', served('', { status: 302 }), 'the host answers with status 302'],
    ['none', served('', { status: 404 }), 'the host answers with status 404'],
    ['HTML', served(documentOf(ID), { type: 'text/html' }), 'the document is not JSON by its type'],
    ['no type', served(documentOf(ID), { type: '' }), 'the document is not JSON by its type'],
    ['no JSON', served('{'), 'the document is not JSON'],
    ['a list', served('[]'), 'the document is not a JSON object'],
    ['null', served('null'), 'the document is not a JSON object'],
    ['another id', served(documentOf(`${ID}x`)), 'client_id is not the address of the document'],
    ['keys', served({ keys: [{ kty: 'OKP' }] }), 'client_id is not the address of the document'],
    ['a secret', served(documentOf(ID, { client_secret: 'a' })), 'a document must hold no secret'],
  ])('that are %s name no client, and are asked for once a minute', async (_, answer, why) => {
    const { resolve, fetched, events, pass } = await withDocuments(async () => answer)
    expect(await resolve(ID)).toBe(why)
    expect(await Promise.all(Array.from({ length: 4 }, () => resolve(ID)))).toEqual(
      Array(4).fill('not fetched'),
    )
    expect(fetched).toHaveLength(1)
    expect(events).toEqual([
      {
        event: 'client.refused',
        outcome: 'refused',
        client: ID,
        detail: { trust: 'metadata', reason: why },
      },
    ])
    pass(60_000)
    expect(await resolve(ID)).toBe(why)
    expect(fetched).toHaveLength(2)
  })

  test.each([
    'https://client.example/',
    'https://127.0.0.1/a',
    'https://user@client.example/a',
    'https://client.example/../a',
    'http://client.example/a',
    'client',
    `https://client.example/${'a'.repeat(512)}`,
  ])('are not fetched from %s', async (id) => {
    const { resolve, fetched } = await withDocuments(NO_FETCH)
    expect(await resolve(id)).toBe('not fetched')
    expect(fetched).toEqual([])
  })

  test('that change make another digest', async () => {
    let name = 'Example'
    const { documents, source, pass } = await withDocuments(async (url) =>
      served(documentOf(url, { client_name: name })),
    )
    const view = async () => source.view(ID, await bodyOf(await documents.fetch(ID)))
    const before = await view()
    expect(before).toEqual({
      id: ID,
      name: 'Example',
      trust: 'metadata',
      host: 'client.example',
      digest: expect.any(String),
    })
    pass(60_000)
    expect((await view()).digest).toBe(before.digest)
    name = 'Other'
    pass(60_000)
    expect((await view()).digest).not.toBe(before.digest)
  })

  test('a witness that fails refuses', async () => {
    const { source } = await opened('sqlite', {
      policy: { documents: 'any' },
      fetchDocument: async () => served('{'),
      witness: async () => {
        throw new GatewayError('audit_unavailable', 'no')
      },
    })
    await expect(source.documents?.fetch(ID)).rejects.toThrow('no')
  })
})

describe('trust', () => {
  test.each([
    ['allowed.example', true],
    ['sub.allowed.example', false],
    ['evil-allowed.example', false],
    ['a.below.example', true],
    ['below.example', false],
    ['evilbelow.example', false],
    ['allowed.example.evil.example', false],
  ])('by a list: %s %s', async (host, trusted) => {
    const { resolve, fetched, source, events } = await withDocuments(undefined, {
      documents: 'listed',
      documentHosts: ['allowed.example', '.below.example'],
    })
    const id = `https://${host}/client.json`
    expect(await resolve(id)).toBe(trusted ? 'a client' : 'not fetched')
    expect(fetched).toEqual(trusted ? [id] : [])
    expect(source.vetted(id, {})).toBe(trusted)
    expect(events.map(({ client }) => client)).toEqual(trusted ? [] : [id])
  })

  test('in any host allows its clients, and sends no errors to them', async () => {
    const { resolve, source } = await withDocuments(undefined, {
      documentHosts: ['listed.example'],
    })
    expect(await resolve(ID)).toBe('a client')
    expect(source.vetted(ID, {})).toBe(false)
    expect(source.vetted('https://listed.example/a', {})).toBe(true)
  })

  test('in none makes nothing of documents', async () => {
    const { source } = await opened('sqlite', { policy: { documents: 'none' } })
    expect(source.documents).toBeUndefined()
    expect(await source.find(ID)).toBeUndefined()
  })

  test('in a list of none allows nothing', async () => {
    const { resolve, fetched } = await withDocuments(NO_FETCH, { documents: 'listed' })
    expect(await resolve(ID)).toBe('not fetched')
    expect(fetched).toEqual([])
  })
})

describe('whoever makes us fetch', () => {
  const bad: FetchDocument = async () => served('{')
  const nth = (index: number) => `https://h${index}.example/client.json`

  test('has a burst, and one more every three seconds; others have their own', async () => {
    const { resolve, fetched, pass } = await withDocuments(bad)
    for (let index = 0; index < 40; index++) await resolve(nth(index))
    expect(fetched).toHaveLength(20)
    pass(3_000)
    for (let index = 40; index < 50; index++) await resolve(nth(index))
    expect(fetched).toHaveLength(21)
    await resolve(nth(60), requestFrom('192.0.2.8'))
    expect(fetched).toHaveLength(22)
  })

  test('counts by its network of 64 bits', async () => {
    const { resolve, fetched } = await withDocuments(bad)
    for (let index = 0; index < 40; index++)
      await resolve(nth(index), requestFrom(`2001:db8::${index}`))
    expect(fetched).toHaveLength(20)
    await resolve(nth(60), requestFrom('2001:db8:0:1::1'))
    expect(fetched).toHaveLength(21)
  })

  test('asks one host no more often together, unless the operator trusts it', async () => {
    const { resolve, fetched } = await withDocuments(bad, { documentHosts: ['listed.example'] })
    for (let index = 0; index < 60; index++)
      await resolve(`https://client.example/${index}`, requestFrom(`192.0.2.${index}`))
    expect(fetched).toHaveLength(20)
    for (let index = 0; index < 60; index++)
      await resolve(`https://listed.example/${index}`, requestFrom(`192.0.3.${index}`))
    expect(fetched).toHaveLength(80)
  })

  test('keeps away no document that was good', async () => {
    let good = true
    const { resolve, fetched, pass } = await withDocuments(async (url) =>
      good || url === ID ? served(documentOf(url)) : served('{'),
    )
    expect(await resolve(ID)).toBe('a client')
    pass(60_000)
    good = false
    for (let index = 0; index < 60; index++)
      await resolve(`https://client.example/${index}`, requestFrom(`192.0.2.${index}`))
    expect(fetched).toHaveLength(21)
    expect(await resolve(ID, requestFrom('192.0.4.1'))).toBe('a client')
  })

  test('holds six fetches at most, two of one host, and two are kept for documents that were good', async () => {
    const waiting = Promise.withResolvers<void>()
    let slow = false
    const { resolve, fetched, pass } = await withDocuments(async (url) => {
      if (slow) await waiting.promise
      return served(documentOf(url))
    })
    await resolve(ID)
    pass(60_000)
    slow = true
    const from = (index: number) => requestFrom(`192.0.2.${index}`)
    const started = [0, 1, 2].map((index) => resolve(`https://one.example/${index}`, from(index)))
    expect(await started[2]).toBe('too many documents are being fetched')
    const others = Array.from({ length: 10 }, (_, index) => resolve(nth(index), from(index)))
    await turn()
    expect(fetched).toHaveLength(1 + 6)
    expect(await Promise.all(others.slice(4))).toEqual(
      Array(6).fill('too many documents are being fetched'),
    )
    const known = resolve(ID)
    await turn()
    expect(fetched).toHaveLength(1 + 7)
    waiting.resolve()
    expect(await Promise.all([known, ...started.slice(0, 2), ...others.slice(0, 4)])).toEqual(
      Array(7).fill('a client'),
    )
    // a refusal for want of room is not remembered
    expect(await resolve(nth(9))).toBe('a client')
  })
})

describe('key sets', () => {
  const KEYS = 'https://client.example/keys'
  const client = documentOf(ID, { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: KEYS })
  const answers =
    (keys: unknown, type = 'application/jwk-set+json'): FetchDocument =>
    async (url) =>
      url === ID ? served(client) : served(keys, { type })

  test('of a document are fetched, kept, and nothing else of them', async () => {
    const { documents, resolve, fetched } = await withDocuments(
      answers({ keys: [{ kty: 'OKP' }], other: 1 }),
    )
    expect(await resolve(ID)).toBe('a client')
    expect(await bodyOf(await documents.fetch(KEYS))).toEqual({ keys: [{ kty: 'OKP' }] })
    await documents.fetch(KEYS)
    expect(fetched).toEqual([ID, KEYS])
  })

  test.each([
    [{ keys: 'a' }, 'a key set must be a list of keys'],
    [{ keys: [{ kty: 'oct', k: 'a' }] }, 'a key set must hold no private keys'],
    [{ client_id: ID, keys: [{ kty: 'OKP' }] }, 'client_id is not the address of the document'],
  ])('%j is none', async (keys, why) => {
    const { documents, resolve } = await withDocuments(answers(keys, 'application/json'))
    await resolve(ID)
    await expect(documents.fetch(KEYS)).rejects.toThrow(why)
  })

  test('that are none are asked for once a minute', async () => {
    const { documents, resolve, fetched, pass } = await withDocuments(answers({ keys: [] }))
    await resolve(ID)
    for (let times = 0; times < 3; times++)
      await expect(documents.fetch(KEYS)).rejects.toMatchObject({ code: 'fetch_failed' })
    expect(fetched).toEqual([ID, KEYS])
    pass(60_000)
    await expect(documents.fetch(KEYS)).rejects.toThrow('a key set must hold 1 to 20 keys')
    expect(fetched).toEqual([ID, KEYS, KEYS])
  })

  test('that no document named are not fetched as such', async () => {
    const { documents } = await withDocuments(answers({ keys: [{ kty: 'OKP' }] }))
    await expect(documents.fetch(KEYS)).rejects.toThrow('the document is not JSON by its type')
  })
})
