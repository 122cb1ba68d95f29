import { afterEach, describe, expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import { META } from '../../mcp/revision.ts'
import { fakeConversation, fakeExchange, fakeLink, OWNER } from '../testing/fakes.ts'
import { ENVELOPE, modern, ok, resultOf, say, speech } from '../testing/say.ts'

afterEach(() => speech.parked.close())

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

  test('a parked call is bound to its request', async () => {
    const link = asking()
    const first = resultOf(await say(link, modern({ name: 'a' })))
    const state = { requestState: first['requestState'] ?? '' }
    await expect(
      say(link, modern({ name: 'a', ...state }), { binding: () => 'other' }),
    ).rejects.toMatchObject({
      code: 'request_state_invalid',
    })
    expect(link.seen[0]?.signal.aborted).toBe(false)
  })

  test('a client that comes back without answers is asked again; one that is wrong is refused', async () => {
    const link = asking()
    const first = resultOf(await say(link, modern({ name: 'a' })))
    const wrong = { requestState: first['requestState'] ?? '', inputResponses: 'no' }
    await expect(say(link, modern({ name: 'a', ...wrong }))).rejects.toMatchObject({
      code: 'params_invalid',
    })
    const again = resultOf(
      await say(link, modern({ name: 'a', requestState: first['requestState'] ?? '' })),
    )
    expect(again['inputRequests']).toEqual(first['inputRequests'])
    expect(again['requestState']).not.toBe(first['requestState'])
    const inputResponses = { 'ask-1': { action: 'accept' } }
    const last = modern({ name: 'a', requestState: again['requestState'] ?? '', inputResponses })
    expect(resultOf(await say(link, last))).toMatchObject({ answer: { action: 'accept' } })
    expect(link.seen).toHaveLength(1)
  })

  test('a question that the server takes back is asked no more', async () => {
    const link = fakeLink('2025-11-25', async ({ onRequest, onNotification }) => {
      const question = { kind: 'request', method: 'elicitation/create', params: {} } as const
      const first = onRequest({ ...question, id: 1 })
      onNotification({
        kind: 'notification',
        method: 'notifications/cancelled',
        params: { requestId: 1 },
      })
      await first
      await onRequest({ ...question, id: 2 })
      return ok({})
    })
    const exchange = modern({ name: 'a' })
    expect(Object.keys(resultOf(await say(link, exchange))['inputRequests'] ?? {})).toEqual([
      'ask-2',
    ])
    expect(exchange.notified).toEqual([])
  })

  test('a client that has left before the call begins has cancelled it', async () => {
    const link = fakeLink('2025-11-25', async ({ signal }) => {
      if (signal.aborted) throw new GatewayError('cancelled', 'cancelled')
      return ok({})
    })
    const exchange = { ...modern({ name: 'a' }), cancelled: AbortSignal.abort() }
    await expect(say(link, exchange)).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('the link of a parked call is held until it is over', async () => {
    const kept: Promise<unknown>[] = []
    const link = asking()
    const first = resultOf(
      await say(link, modern({ name: 'a' }), { keep: (until) => kept.push(until) }),
    )
    expect(kept).toHaveLength(1)
    let over = false
    const noted = kept[0]?.then(() => {
      over = true
    })
    await Promise.resolve()
    expect(over).toBe(false)
    const inputResponses = { 'ask-1': { action: 'accept' } }
    await say(link, modern({ requestState: first['requestState'] ?? '', inputResponses }))
    await noted
    expect(over).toBe(true)
  })

  test("too many parked calls of one subject: its own oldest is given up, not another's", async () => {
    const link = asking()
    const others = { ...OWNER, id: 'other' as typeof OWNER.id }
    await say(link, modern({ name: 'a' }, 'tools/call', others))
    for (let index = 0; index < 3; index += 1) await say(link, modern({ name: 'a' }))
    expect(link.seen.map(({ signal }) => signal.aborted)).toEqual([false, true, false, false])
  })

  test('too many parked calls of all: the oldest is given up', async () => {
    const link = asking()
    for (let index = 0; index < 4; index += 1) {
      const subject = { ...OWNER, id: `subject ${index}` as typeof OWNER.id }
      await say(link, modern({ name: 'a' }, 'tools/call', subject))
    }
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
