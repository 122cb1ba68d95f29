import { describe, expect, test } from 'vitest'
import type { CanarySighting } from '../../kernel/canary.ts'
import {
  ALL,
  call,
  callsOf,
  LEGACY,
  MODERN,
  outcomeIn,
  place,
  policy,
  resultOf,
  TOOLS,
} from '../testing/screened.ts'
import { fakeScreening, planOf } from '../testing/screening.ts'
import { ask, world } from '../testing/world.ts'

describe('what leaves', () => {
  test('is sent, recorded and decided on without what has to be taken out of it', async () => {
    const made = place(() => ({ content: [] }))
    const exchange = call({ q: 'use KEY-abc1 now' })
    resultOf(await made.gateway.handle(exchange))
    const [sent] = callsOf(made)
    expect(sent?.request.params?.['arguments']).toEqual({ q: 'use [demo-key] now' })
    expect(sent?.text).toBeUndefined()
    expect(made.requests.at(-1)?.arguments).toEqual({ q: 'use [demo-key] now' })
    expect(made.requests.at(-1)?.facts.content).toEqual([
      { category: 'secret', type: 'demo-key', at: '/q', certainty: 'proved' },
    ])
    expect(JSON.stringify(made.records)).not.toContain('KEY-abc1')
    expect(outcomeIn(made).screened).toEqual([
      {
        ...{ category: 'secret', type: 'demo-key', rule: 'demo/demo-key', certainty: 'proved' },
        ...{ at: '/arguments/q', action: 'redact', screen: 'screen:demo', part: 'arguments' },
      },
    ])
  })

  test('is not sent when its tool would not take it without that', async () => {
    const made = place(() => ({ content: [] }))
    const long = `KEY-a ${'.'.repeat(33)}`
    const response = resultOf(await made.gateway.handle(call({ q: long })))
    expect(response).toMatchObject({
      isError: true,
      _meta: { 'dev.bailiwick/decision': { code: 'content_blocked', found: ['secret/demo-key'] } },
    })
    expect(callsOf(made)).toEqual([])
    expect(outcomeIn(made)).toMatchObject({ outcome: 'denied', error: 'content_blocked' })
    expect(JSON.stringify(made.records)).not.toContain('KEY-a ')
  })

  test('goes as it is where nothing has to be taken out', async () => {
    const made = place(() => ({ content: [] }))
    const exchange = call({ q: 'plain' })
    await made.gateway.handle(exchange)
    expect(callsOf(made)[0]?.text).toBe(exchange.text)
  })

  test('takes other headers along when its arguments are others', async () => {
    const tool = {
      name: 'look',
      inputSchema: {
        type: 'object',
        properties: { q: { type: 'string', 'x-mcp-header': 'q' } },
      },
    }
    const screening = fakeScreening()
    const made = world({
      servers: {
        files: {
          revision: MODERN,
          transport: 'http',
          logic: ({ request }) =>
            request.method === 'tools/list'
              ? { resultType: 'complete', tools: [tool] }
              : { resultType: 'complete', content: [] },
        },
      },
      policy: policy(ALL),
      screens: { screening },
    })
    const headers = { 'mcp-param-q': 'KEY-abc1' }
    const exchange = call({ q: 'KEY-abc1' }, MODERN, { headers })
    resultOf(await made.gateway.handle(exchange))
    expect(callsOf(made)[0]?.headers).toEqual({ 'mcp-param-q': '[demo-key]' })
  })

  test('that must not leave stays where policies did not see to that, even if they are only observed', async () => {
    for (const enforces of [() => true, () => false]) {
      const ended: string[] = []
      const seen: CanarySighting[] = []
      const screens = {
        endGrant: async ({
          call: id,
          screens: names,
        }: {
          call: string
          screens: readonly string[]
        }) => {
          ended.push(`${id.length > 0} ${names.join()}`)
        },
        onSighting: async (sighting: CanarySighting) => void seen.push(sighting),
      }
      const made = place(() => ({ content: [] }), { enforces, screens })
      const response = resultOf(await made.gateway.handle(call({ q: 'CANARY-x1' })))
      expect(response['isError']).toBe(true)
      expect(callsOf(made)).toEqual([])
      expect(ended).toEqual(['true demo'])
      expect(seen).toMatchObject([
        { canary: 'canary-x1', part: 'arguments', server: 'files', target: 'look', stopped: true },
      ])
    }
  })

  test('includes what a modern client answers to questions', async () => {
    const made = place(() => ({ resultType: 'complete', content: [] }), { revision: MODERN })
    const params = {
      name: 'look',
      arguments: {},
      inputResponses: { ask: { action: 'accept', content: { a: 'KEY-abc1' } } },
    }
    resultOf(await made.gateway.handle(ask(MODERN, 'files', 'tools/call', params)))
    expect(callsOf(made)[0]?.request.params?.['inputResponses']).toEqual({
      ask: { action: 'accept', content: { a: '[demo-key]' } },
    })
    expect(outcomeIn(made).screened).toMatchObject([{ part: 'answer', action: 'redact' }])
  })

  test('nothing is looked at where nobody asks for it', async () => {
    const made = place(() => ({ content: [{ type: 'text', text: 'KEY-abc1' }] }), {
      plan: planOf(),
    })
    const quiet = { ...made }
    const response = resultOf(await quiet.gateway.handle(call({ q: 'KEY-abc1' })))
    expect(response['content']).toEqual([{ type: 'text', text: 'KEY-abc1' }])
    // Policies may look at what is in arguments; nobody looks at results.
    expect(made.scanned).toHaveLength(1)
  })

  test('what cannot be looked at does not leave', async () => {
    const made = world({
      servers: { files: { revision: LEGACY, logic: () => ({ tools: TOOLS, content: [] }) } },
      policy: policy(ALL),
    })
    const response = await made.gateway.handle(call())
    expect(response).toMatchObject({
      kind: 'error',
      error: { data: { code: 'analysis_unavailable' } },
    })
    expect(callsOf(made)).toEqual([])
  })
})
