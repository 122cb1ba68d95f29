import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../kernel/json.ts'
import type { PinStatus } from '../kernel/pins.ts'
import type { Revision } from '../mcp/revision.ts'
import { fakeConversation } from './testing/fakes.ts'
import { ask, type FakeServer, testCatalog, world } from './testing/world.ts'

const MODERN = '2026-07-28'
const LEGACY = '2025-11-25'
const BOTH = [MODERN, LEGACY] as const
const ERAS = BOTH.flatMap((client) => BOTH.map((server) => [client, server] as const))

/** A server that lists one of each kind, of which those with `evil` in them are not approved. */
function built(revision: Revision, more: JsonObject = {}) {
  const surface: JsonObject = {
    tools: [{ name: 'read_a', description: 'good', inputSchema: { type: 'object' } }],
    prompts: [{ name: 'greet', description: 'good' }],
    resources: [{ uri: 'memo://a', name: 'good' }],
    resourceTemplates: [{ uriTemplate: 'memo://item/{id}', name: 'good' }],
    ...more,
  }
  let now: JsonObject = surface
  const files: FakeServer = {
    revision,
    logic: ({ request: { method } }) => ({
      resultType: 'complete',
      ...(method.endsWith('/list') ? now : { content: [], messages: [], contents: [] }),
    }),
  }
  const status = (_: string, __: string, definition: JsonObject): PinStatus =>
    JSON.stringify(definition).includes('evil') ? 'quarantined' : 'approved'
  const made = world({ servers: { files }, catalog: testCatalog(status), maxAge: () => -1 })
  const sent = (): readonly string[] =>
    made
      .reached()
      .map(({ request: { method } }) => method)
      .filter((method) => !/\/list(en)?$/.test(method))
  const corrupt = (): void => {
    now = JSON.parse(JSON.stringify(surface).replaceAll('good', 'evil'))
  }
  return { ...made, sent, corrupt }
}

const CALLS: readonly (readonly [string, JsonObject])[] = [
  ['tools/call', { name: 'read_a', arguments: {} }],
  ['prompts/get', { name: 'greet' }],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'greet' }, argument: {} }],
  ['resources/read', { uri: 'memo://a' }],
  ['resources/read', { uri: 'memo://item/7' }],
  ['completion/complete', { ref: { type: 'ref/resource', uri: 'memo://item/{id}' }, argument: {} }],
]

describe('what changes silently between list and call', () => {
  const cases = ERAS.flatMap((eras) => CALLS.map((call) => [...eras, ...call] as const))
  test.each(cases)(
    'from %s to %s: %s %j is stopped, and on record as denied',
    async (client, server, method, params) => {
      const { gateway, records, sent, corrupt } = built(server)
      const before = await gateway.handle(ask(client, 'files', method, params))
      expect(before.kind).toBe('result')
      expect(sent()).toEqual([method])
      corrupt()
      const answer = await gateway.handle(ask(client, 'files', method, params))
      if (answer.kind === 'error') {
        expect(answer.error).toMatchObject({
          code: -31042,
          data: { code: 'definition_quarantined' },
        })
        expect(answer.error.message).toMatch(/^the definition of \w+ `.*` is new or has changed/)
      } else {
        expect(method).toBe('tools/call')
        expect(answer.result).toMatchObject({
          isError: true,
          _meta: { 'dev.bailiwick/decision': { code: 'definition_quarantined' } },
        })
      }
      expect(sent()).toEqual([method])
      expect(records.at(-1)).toMatchObject({
        kind: 'outcome',
        outcome: 'denied',
        error: 'definition_quarantined',
      })
    },
  )
})

test('a prompt that is not listed is not known; a URI that is not listed is for policy', async () => {
  const { gateway, sent } = built(MODERN)
  const prompt = await gateway.handle(ask(MODERN, 'files', 'prompts/get', { name: 'other' }))
  expect(prompt).toMatchObject({ kind: 'error', error: { data: { code: 'prompt_unknown' } } })
  const read = await gateway.handle(ask(MODERN, 'files', 'resources/read', { uri: 'x://y' }))
  expect(read.kind).toBe('result')
  expect(sent()).toEqual(['resources/read'])
})

test('what fits an approved template, too, is read', async () => {
  const resourceTemplates = [
    { uriTemplate: 'memo://item/{id}', name: 'evil' },
    { uriTemplate: 'memo://{+any}', name: 'fine' },
  ]
  const { gateway } = built(MODERN, { resourceTemplates })
  const read = await gateway.handle(
    ask(MODERN, 'files', 'resources/read', { uri: 'memo://item/7' }),
  )
  expect(read.kind).toBe('result')
})

test('the call is refused with the code of the server that cannot list', async () => {
  const files: FakeServer = {
    revision: MODERN,
    logic: ({ request: { id } }) => ({ kind: 'error', id, error: { code: -32000, message: 'no' } }),
  }
  const { gateway, records } = world({ servers: { files } })
  const answer = await gateway.handle(ask(MODERN, 'files', 'tools/call', { name: 'read_a' }))
  expect(answer).toMatchObject({ kind: 'error', error: { data: { code: 'upstream_failed' } } })
  expect(records.some(({ kind }) => kind === 'intent')).toBe(false)
})

describe('a list in pages', () => {
  const pages: FakeServer = {
    revision: MODERN,
    logic: ({ request: { method, params } }) =>
      method === 'tools/list'
        ? {
            resultType: 'complete',
            tools: [
              {
                name: `read_${String(params?.['cursor'] ?? 'a')}`,
                inputSchema: { type: 'object' },
              },
            ],
            ...(params?.['cursor'] === undefined ? { nextCursor: 'b' } : {}),
          }
        : { resultType: 'complete', content: [] },
  }
  test('is looked at as a whole before a page of it is shown', async () => {
    const seen: number[] = []
    const catalog = testCatalog()
    const { gateway } = world({
      servers: { files: pages },
      catalog: {
        ...catalog,
        see(_, __, { items }) {
          seen.push(items.length)
          return undefined
        },
      },
    })
    for (const params of [{}, { cursor: 'b' }]) {
      const answer = await gateway.handle(ask(MODERN, 'files', 'tools/list', params))
      expect(answer).toMatchObject({
        result: { tools: [{ name: expect.stringMatching(/^read_/) }] },
      })
    }
    expect(new Set(seen)).toEqual(new Set([2]))
  })
})

describe('when people decide', () => {
  test('a session that uses the server hears that its list changed', async () => {
    const { gateway } = built(LEGACY)
    const conversation = fakeConversation({ revision: LEGACY })
    const { sent } = conversation
    gateway.decided('files', 'tools')
    await gateway.handle(ask(LEGACY, 'files', 'tools/list', {}, { conversation }))
    expect(sent).toEqual([])
    gateway.decided('other', 'tools')
    gateway.decided('files', 'prompts')
    gateway.decided('files', 'serverInfo')
    expect(sent).toEqual([])
    gateway.decided('files', 'tools')
    expect(sent.map(({ method }) => method)).toEqual(['notifications/tools/list_changed'])
  })

  test('a modern client that listens hears it, until it leaves', async () => {
    const { gateway } = built(LEGACY)
    await gateway.handle(ask(MODERN, 'files', 'tools/list'))
    const client = new AbortController()
    const params = { notifications: { toolsListChanged: true } }
    const listening = ask(MODERN, 'files', 'subscriptions/listen', params, {
      cancelled: client.signal,
    })
    const ended = gateway.handle(listening)
    await expect.poll(() => listening.notified.length).toBe(1)
    gateway.decided('files', 'tools')
    expect(listening.notified.map(({ method }) => method)).toEqual([
      'notifications/subscriptions/acknowledged',
      'notifications/tools/list_changed',
    ])
    client.abort()
    await ended
    gateway.decided('files', 'tools')
    expect(listening.notified).toHaveLength(2)
  })
})
