import { describe, expect, test } from 'vitest'
import type { Response } from '../../mcp/message.ts'
import { fakeConversation, fakeExchange, fakeLink } from '../testing/fakes.ts'
import { ok, say } from '../testing/say.ts'

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
