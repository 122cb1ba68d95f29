import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import { META } from '../../mcp/revision.ts'
import { fakeConversation, fakeExchange, fakeLink } from '../testing/fakes.ts'
import { ok, resultOf, say } from '../testing/say.ts'

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

  test('a question that the client does not take is no answer', async () => {
    await expect(say(asking(1), legacy({}).exchange)).rejects.toMatchObject({
      code: 'upstream_malformed',
    })
  })

  test('a server that asks without end is stopped', async () => {
    await expect(say(asking(1_000), legacy().exchange)).rejects.toMatchObject({
      code: 'bridge_unsupported',
    })
  })
})
