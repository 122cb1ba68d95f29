import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import { call, eventsIn, LEGACY, place } from '../testing/screened.ts'

describe('what is said beside calls', () => {
  test('is looked at in both directions', async () => {
    const made = place(() => ({ content: [] }))
    const exchange = call({}, LEGACY, { who: { capabilities: { roots: {} } } })
    await made.gateway.handle(exchange)
    const { conversation } = exchange
    const [opened] = made.opened
    for (const data of ['plain', 'KEY-abc1', 'OBEY-me1', 'CANARY-1'])
      opened?.options.listener.onNotification({
        kind: 'notification',
        method: 'notifications/message',
        params: { level: 'info', data },
      })
    const sent = (conversation as unknown as { sent: { params: JsonObject }[] }).sent
    await expect
      .poll(() => sent.map(({ params }) => params['data']))
      .toEqual(['plain', '[demo-key]'])
    expect(eventsIn(made).map(({ detail }) => detail?.['part'])).toEqual([
      'notification',
      'notification',
      'notification',
    ])
    const request = { kind: 'request', id: 7, method: 'roots/list', params: undefined } as const
    expect(await opened?.options.listener.onRequest(request)).toMatchObject({
      kind: 'result',
      id: 7,
    })
  })

  test('of a client is looked at too', async () => {
    const made = place(() => ({ content: [] }))
    const exchange = call()
    await made.gateway.handle(exchange)
    const told: unknown[] = []
    const [opened] = made.opened
    Object.assign(opened?.link ?? {}, { notify: async (one: unknown) => void told.push(one) })
    made.gateway.notified(exchange.conversation, {
      kind: 'notification',
      method: 'notifications/progress',
      params: { progressToken: 1, progress: 1, message: 'KEY-abc1' },
    })
    await expect
      .poll(() => told)
      .toMatchObject([{ params: { progressToken: 1, message: '[demo-key]' } }])
  })
})
