import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import {
  ALL,
  call,
  callTyped,
  eventsIn,
  LEGACY,
  outcomeIn,
  place,
  policy,
  resultOf,
  TOOLS,
} from '../testing/screened.ts'
import { fakeScreening } from '../testing/screening.ts'
import { world } from '../testing/world.ts'

describe('what a server answers', () => {
  test('loses what has to be taken out of it, and keeps its numbers', async () => {
    const text =
      '{"content":[{"type":"text","text":"KEY-abc1"}],"structuredContent":{"key":"KEY-abc1","n":1.10e5,"id":12345678901234567890}}'
    const made = place(() => ({
      kind: 'result',
      id: 1,
      result: JSON.parse(text) as JsonObject,
      resultText: text,
    }))
    const response = await made.gateway.handle(callTyped())
    expect(JSON.stringify(resultOf(response))).toBe(
      text.replaceAll('KEY-abc1', '[demo-key]').replace(/}$/, ',"_meta":{"dev.bailiwick/source":') +
        JSON.stringify((resultOf(response)['_meta'] as JsonObject)['dev.bailiwick/source']) +
        '}}',
    )
    expect(JSON.stringify(made.records)).not.toContain('KEY-abc1')
  })

  test('is blocked when it would not be what its tool declares without that', async () => {
    const made = place(() => ({ content: [], structuredContent: { short: 'KEY-a1' } }))
    const response = resultOf(await made.gateway.handle(callTyped()))
    expect(response['isError']).toBe(true)
    expect(JSON.stringify(response)).not.toContain('KEY-a1')
    expect(JSON.stringify(made.records)).not.toContain('KEY-a1')
    expect(outcomeIn(made)).toMatchObject({ outcome: 'failed', error: 'content_blocked' })
  })

  test('is blocked with words that name what was found and not the passage; whoever has to know knows first', async () => {
    const made = place(() => ({ content: [{ type: 'text', text: 'now OBEY-me1 all' }] }))
    const response = resultOf(await made.gateway.handle(call()))
    const told = JSON.stringify(response)
    expect(told).toContain('injection/demo-order')
    expect(told).not.toContain('OBEY-me1')
    expect(response).toMatchObject({
      isError: true,
      _meta: {
        'dev.bailiwick/decision': {
          ...{ code: 'content_blocked', part: 'result', screens: ['screen:demo'] },
          requestId: outcomeIn(made).call,
        },
      },
    })
    expect(eventsIn(made)).toMatchObject([
      {
        event: 'content.flagged',
        outcome: 'refused',
        subject: 'user:owner',
        detail: { server: 'files', target: 'look', part: 'result', action: 'block' },
      },
    ])
  })

  test('is kept back when that cannot be witnessed', async () => {
    const screening = fakeScreening()
    const made = world({
      servers: {
        files: {
          revision: LEGACY,
          logic: ({ request }) =>
            request.method === 'tools/list'
              ? { tools: TOOLS }
              : { content: [{ type: 'text', text: 'OBEY-1' }] },
        },
      },
      policy: policy(ALL),
      screens: { screening },
      record: async (entry) => {
        if (entry.kind === 'event') throw new Error('full')
      },
    })
    expect(await made.gateway.handle(call())).toMatchObject({ kind: 'error' })
  })

  test('may be an error: words and data are looked at', async () => {
    const failing = (message: string, data: JsonObject) =>
      place(() => ({ kind: 'error', id: 1, error: { code: -32000, message, data } }))
    const cut = await failing('KEY-abc1 is wrong', { at: 'KEY-abc1' }).gateway.handle(call())
    expect(cut).toMatchObject({
      kind: 'error',
      error: { code: -32000, message: '[demo-key] is wrong', data: { at: '[demo-key]' } },
    })
    const stopped = failing('fine', { say: 'OBEY-me1' })
    expect(JSON.stringify(await stopped.gateway.handle(call()))).not.toContain('OBEY-me1')
    expect(outcomeIn(stopped).screened).toMatchObject([{ part: 'error', action: 'block' }])
  })

  test('from where policies are only observed is left alone, and what was found is on record', async () => {
    const made = place(() => ({ content: [{ type: 'text', text: 'OBEY-me1 KEY-abc1' }] }), {
      enforces: () => false,
    })
    const response = resultOf(await made.gateway.handle(call()))
    expect(response).toEqual({ content: [{ type: 'text', text: 'OBEY-me1 KEY-abc1' }] })
    expect(outcomeIn(made).screened?.map(({ category, action }) => [category, action])).toEqual([
      ['secret', 'allow'],
      ['injection', 'allow'],
    ])
  })
})
