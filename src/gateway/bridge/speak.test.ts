import { randomBytes, randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Response } from '../../mcp/message.ts'
import { META } from '../../mcp/revision.ts'
import type { Link } from '../../mcp/upstream/link.ts'
import { stateSeal } from '../request-state.ts'
import { fakeConversation, fakeExchange, fakeLink } from '../testing/fakes.ts'
import { parkedCalls } from './parked.ts'
import { type Speech, speak } from './speak.ts'

const parked = parkedCalls({ now: Date.now, randomId: randomUUID, limit: 3, patience: 60_000 })
const speech: Speech = {
  seal: stateSeal(randomBytes(32), Date.now),
  parked,
  logLevel: () => undefined,
}
afterEach(() => parked.close())

const say = (link: Link, exchange: Exchange, binding = 'b'): Promise<Response> =>
  speak(speech, link, {
    exchange,
    id: exchange.request.id,
    method: exchange.request.method,
    params: exchange.request.params ?? {},
    timeout: 5_000,
    binding: () => binding,
    notify: (notification) => exchange.notify(notification),
  })

const ENVELOPE = {
  [META.protocolVersion]: '2026-07-28',
  [META.clientInfo]: { name: 'test', version: '1' },
  [META.clientCapabilities]: { elicitation: {} },
}
const modern = (params: JsonObject, method = 'tools/call') =>
  fakeExchange(
    method,
    { ...params, _meta: ENVELOPE },
    {
      conversation: fakeConversation({ revision: '2026-07-28', capabilities: { elicitation: {} } }),
    },
  )
const ok = (result: JsonObject): Response => ({ kind: 'result', id: 1, result })
const resultOf = (response: Response): JsonObject => {
  if (response.kind === 'error') throw new Error(response.error.message)
  return response.result
}

describe('modern to modern', () => {
  test('the text goes out as it came in', async () => {
    const link = fakeLink('2026-07-28', () => ok({ resultType: 'complete' }))
    const exchange = modern({ name: 'a' })
    await say(link, exchange)
    expect(link.seen[0]?.text).toBe(exchange.text)
  })

  test("the server's state is sealed for the client and opened for the server only", async () => {
    const link = fakeLink('2026-07-28', ({ request }) =>
      request.params?.['requestState'] === undefined
        ? ok({ resultType: 'input_required', requestState: 'server-secret' })
        : ok({ resultType: 'complete' }),
    )
    const first = resultOf(await say(link, modern({ name: 'a' })))
    expect(first['requestState']).not.toContain('server-secret')
    await say(link, modern({ name: 'a', requestState: first['requestState'] ?? '' }))
    expect(link.seen[1]?.request.params?.['requestState']).toBe('server-secret')
    expect(link.seen[1]?.text).toBeUndefined()

    const elsewhere = say(
      link,
      modern({ name: 'a', requestState: first['requestState'] ?? '' }),
      'other',
    )
    await expect(elsewhere).rejects.toThrow('requestState is not valid for this request')
    const raw = say(link, modern({ name: 'a', requestState: 'server-secret' }))
    await expect(raw).rejects.toThrow('requestState is not valid for this request')
  })

  test('a task is neither offered nor taken', async () => {
    const tasks = {
      extensions: { 'io.modelcontextprotocol/tasks': {}, 'io.modelcontextprotocol/ui': {} },
    }
    const exchange = fakeExchange(
      'tools/call',
      {
        name: 'a',
        _meta: { ...ENVELOPE, [META.clientCapabilities]: tasks },
      },
      { conversation: fakeConversation({ revision: '2026-07-28' }) },
    )
    const link = fakeLink('2026-07-28', () => ok({ resultType: 'task' }))
    await expect(say(link, exchange)).rejects.toMatchObject({ code: 'upstream_malformed' })
    expect(link.seen[0]?.request.params?.['_meta']).toMatchObject({
      [META.clientCapabilities]: { extensions: { 'io.modelcontextprotocol/ui': {} } },
    })
    expect(JSON.stringify(link.seen[0]?.request)).not.toContain('tasks')
  })
})

describe('modern to legacy', () => {
  const asking = () =>
    fakeLink('2025-11-25', async ({ onRequest, onNotification }) => {
      onNotification({
        kind: 'notification',
        method: 'notifications/message',
        params: { level: 'info' },
      })
      const answer = await onRequest({
        kind: 'request',
        id: 'e1',
        method: 'elicitation/create',
        params: { message: 'sure?' },
      })
      return ok({
        content: [],
        answer: answer.kind === 'result' ? answer.result : answer.error.code,
      })
    })

  test('the envelope is taken off, the result is put into the form of the era', async () => {
    const link = fakeLink('2025-11-25', () => ok({ tools: [] }))
    const exchange = modern({}, 'tools/list')
    expect(resultOf(await say(link, exchange))).toEqual({
      tools: [],
      resultType: 'complete',
      ttlMs: 0,
      cacheScope: 'private',
    })
    expect(link.seen[0]?.request.params).toEqual({})
  })

  test('a question in mid-call becomes a round, and the call goes on with the answer', async () => {
    const link = asking()
    const first = resultOf(await say(link, modern({ name: 'a' })))
    expect(first).toMatchObject({
      resultType: 'input_required',
      inputRequests: { 'ask-1': { method: 'elicitation/create', params: { message: 'sure?' } } },
    })
    const retry = modern({
      name: 'a',
      requestState: first['requestState'] ?? '',
      inputResponses: { 'ask-1': { action: 'accept' } },
    })
    expect(resultOf(await say(link, retry))).toMatchObject({
      resultType: 'complete',
      answer: { action: 'accept' },
    })
    expect(link.seen).toHaveLength(1)
    await expect(say(link, retry)).rejects.toMatchObject({ code: 'request_state_invalid' })
  })

  test('a parked call is bound to its request and given up when not answered', async () => {
    const link = asking()
    const first = resultOf(await say(link, modern({ name: 'a' })))
    const state = { requestState: first['requestState'] ?? '' }
    await expect(say(link, modern({ name: 'a', ...state }), 'other')).rejects.toMatchObject({
      code: 'request_state_invalid',
    })
    await expect(say(link, modern({ name: 'a', ...state }))).rejects.toMatchObject({
      code: 'params_invalid',
    })
    expect(link.seen[0]?.signal.aborted).toBe(true)
  })

  test('too many parked calls: the oldest is given up', async () => {
    const link = asking()
    for (let index = 0; index < 4; index += 1) await say(link, modern({ name: 'a' }))
    expect(link.seen.map(({ signal }) => signal.aborted)).toEqual([true, false, false, false])
  })

  test('a client that takes no such question is not asked', async () => {
    const exchange = fakeExchange(
      'tools/call',
      { name: 'a', _meta: ENVELOPE },
      {
        conversation: fakeConversation({ revision: '2026-07-28' }),
      },
    )
    expect(resultOf(await say(asking(), exchange))).toMatchObject({ answer: -32601 })
  })

  test('log messages reach only who asked for their level', async () => {
    const quiet = modern({ name: 'a' })
    await say(asking(), quiet)
    expect(quiet.notified).toEqual([])
    const loud = fakeExchange(
      'tools/call',
      { _meta: { ...ENVELOPE, [META.logLevel]: 'info' } },
      {
        conversation: fakeConversation({ revision: '2026-07-28' }),
      },
    )
    await say(asking(), loud)
    expect(loud.notified).toHaveLength(1)
  })

  test('a missing resource and a URL that must be visited are said in the words of the era', async () => {
    const missing = fakeLink('2025-11-25', () => ({
      kind: 'error',
      id: 1,
      error: { code: -32002, message: 'gone' },
    }))
    expect(await say(missing, modern({ uri: 'x' }, 'resources/read'))).toMatchObject({
      error: { code: -32602, message: 'gone' },
    })
    const url = fakeLink('2025-11-25', () => ({
      kind: 'error',
      id: 1,
      error: {
        code: -32042,
        message: 'go',
        data: { elicitations: [{ mode: 'url', url: 'https://x.example' }] },
      },
    }))
    const exchange = fakeExchange(
      'tools/call',
      { _meta: ENVELOPE },
      {
        conversation: fakeConversation({
          revision: '2026-07-28',
          capabilities: { elicitation: { url: {} } },
        }),
      },
    )
    expect(await say(url, exchange)).toMatchObject({
      result: {
        resultType: 'input_required',
        inputRequests: { 'url-1': { params: { url: 'https://x.example' } } },
      },
    })
  })
})

describe('legacy to modern', () => {
  const asking = (rounds: number) => {
    let round = 0
    return fakeLink('2026-07-28', () => {
      round += 1
      return round <= rounds
        ? ok({
            resultType: 'input_required',
            requestState: `s${round}`,
            inputRequests: { q: { method: 'elicitation/create', params: { round } } },
          })
        : ok({ resultType: 'complete', content: [], ttlMs: 5 })
    })
  }
  const legacy = (capabilities: JsonObject = { elicitation: {} }) => {
    const asked: unknown[] = []
    const exchange = fakeExchange(
      'tools/call',
      { name: 'a' },
      {
        conversation: fakeConversation({ capabilities }),
        ask: async (method, params) => {
          asked.push({ method, params })
          return { kind: 'result', id: 0, result: { action: 'accept' } }
        },
      },
    )
    return { exchange, asked }
  }

  test('each round is asked of the client, and the state goes back byte for byte', async () => {
    const { exchange, asked } = legacy()
    const link = asking(2)
    expect(resultOf(await say(link, exchange))).toEqual({ content: [] })
    expect(asked).toEqual([
      { method: 'elicitation/create', params: { round: 1 } },
      { method: 'elicitation/create', params: { round: 2 } },
    ])
    expect(link.seen.map(({ request }) => request.params?.['requestState'])).toEqual([
      undefined,
      's1',
      's2',
    ])
    expect(link.seen[1]?.request.params).toMatchObject({
      name: 'a',
      inputResponses: { q: { action: 'accept' } },
      _meta: {
        [META.protocolVersion]: '2026-07-28',
        [META.clientCapabilities]: { elicitation: {} },
      },
    })
    expect(new Set(link.seen.map(({ request }) => request.id)).size).toBe(3)
  })

  test('what the client does not take is said, not skipped', async () => {
    await expect(say(asking(1), legacy({}).exchange)).rejects.toMatchObject({
      code: 'bridge_unsupported',
    })
  })

  test('a server that asks without end is stopped', async () => {
    await expect(say(asking(1_000), legacy().exchange)).rejects.toMatchObject({
      code: 'bridge_unsupported',
    })
  })
})

describe('legacy to legacy', () => {
  test('the text goes out as it came in, and questions reach the client that takes them', async () => {
    const answers: Response[] = []
    const link = fakeLink('2025-11-25', async ({ onRequest }) => {
      for (const method of ['sampling/createMessage', 'roots/list', 'ping', 'files/steal']) {
        answers.push(await onRequest({ kind: 'request', id: method, method, params: {} }))
      }
      return ok({ content: [] })
    })
    const exchange = fakeExchange(
      'tools/call',
      { name: 'a' },
      {
        conversation: fakeConversation({ capabilities: { sampling: {} } }),
        ask: async () => ({ kind: 'result', id: 99, result: { model: 'm' } }),
      },
    )
    await say(link, exchange)
    expect(link.seen[0]?.text).toBe(exchange.text)
    expect(answers).toMatchObject([
      { kind: 'result', id: 'sampling/createMessage', result: { model: 'm' } },
      { kind: 'error', id: 'roots/list', error: { code: -32601 } },
      { kind: 'result', id: 'ping', result: {} },
      { kind: 'error', id: 'files/steal', error: { code: -32601 } },
    ])
  })
})
