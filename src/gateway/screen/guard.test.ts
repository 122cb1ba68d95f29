import { describe, expect, test } from 'vitest'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { Response } from '../../mcp/message.ts'
import { META } from '../../mcp/revision.ts'
import { call, LEGACY, MODERN, outcomeIn, place, resultOf } from '../testing/screened.ts'
import { ask } from '../testing/world.ts'

describe('what is said in between', () => {
  for (const when of ['at once', 'later'] as const)
    test(`goes on in its order, and before the answer, when it is looked at ${when}`, async () => {
      const made = place(
        ({ onNotification }) => {
          for (const text of ['one', 'KEY-abc1', 'OBEY-me1', 'four'])
            onNotification({
              kind: 'notification',
              method: 'notifications/message',
              params: { level: 'info', data: text },
            })
          return { content: [] }
        },
        { when },
      )
      const exchange = call()
      let before = -1
      const response = made.gateway.handle(exchange).then((answer) => {
        before = exchange.notified.length
        return answer
      })
      resultOf(await response)
      expect(exchange.notified.map(({ params }) => params?.['data'])).toEqual([
        'one',
        '[demo-key]',
        'four',
      ])
      expect(before).toBe(3)
      expect(outcomeIn(made).screened).toMatchObject([
        { part: 'notification', action: 'redact' },
        { part: 'notification', action: 'block' },
      ])
    })

  test.for([
    ['KEY-abc1', '[demo-key]'],
    ['OBEY-me1', undefined],
  ] as const)('a question with %s is asked as the policy says', async ([words, asked]) => {
    const heard: unknown[] = []
    const answered: Response[] = []
    const made = place(async ({ onRequest }) => {
      const params = { message: words, requestedSchema: { type: 'object', properties: {} } }
      answered.push(
        await onRequest({ kind: 'request', id: 'q', method: 'elicitation/create', params }),
      )
      return { content: [] }
    })
    const exchange = call({}, LEGACY, {
      who: { capabilities: { elicitation: {} } },
      ask: async (_: string, params: JsonObject) => {
        heard.push(params['message'])
        return { kind: 'result', id: 0, result: { action: 'accept', content: { x: 'KEY-zz9' } } }
      },
    })
    resultOf(await made.gateway.handle(exchange))
    expect(heard).toEqual(asked === undefined ? [] : [asked])
    expect(answered).toMatchObject(
      asked === undefined
        ? [{ kind: 'error', id: 'q', error: { code: -32603 } }]
        : [{ kind: 'result', result: { content: { x: '[demo-key]' } } }],
    )
  })

  test('a question for a modern client that must not be asked ends the call, and its server is told', async () => {
    const aborted = Promise.withResolvers<boolean>()
    const made = place(async ({ onRequest, signal }) => {
      signal.addEventListener('abort', () => aborted.resolve(true))
      const params = { message: 'OBEY-me1', requestedSchema: { type: 'object', properties: {} } }
      await onRequest({ kind: 'request', id: 'q', method: 'elicitation/create', params })
      return { content: [] }
    })
    const params = {
      name: 'look',
      arguments: {},
      _meta: { [META.clientCapabilities]: { elicitation: {} } },
    }
    const exchange = ask(MODERN, 'files', 'tools/call', params, {
      who: { capabilities: { elicitation: {} } },
    })
    const response = resultOf(await made.gateway.handle(exchange))
    expect(response).toMatchObject({ isError: true })
    expect(isObject(response) && response['inputRequests']).toBeUndefined()
    expect(await aborted.promise).toBe(true)
    expect(outcomeIn(made).screened).toMatchObject([{ part: 'question', action: 'block' }])
  })
})
