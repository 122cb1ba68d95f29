import { describe, expect, test } from 'vitest'
import { fakeLink } from '../testing/fakes.ts'
import { modern, ok, resultOf, say } from '../testing/say.ts'

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

    const elsewhere = say(link, modern({ name: 'a', requestState: first['requestState'] ?? '' }), {
      binding: () => 'other',
    })
    await expect(elsewhere).rejects.toThrow('requestState is not valid for this request')
    const raw = say(link, modern({ name: 'a', requestState: 'server-secret' }))
    await expect(raw).rejects.toThrow('requestState is not valid for this request')
  })

  test.each([
    ['a task', { resultType: 'task' }],
    ['a type that nobody knows', { resultType: 'partial', requestState: 's' }],
    ['a type that is no string', { resultType: null }],
    ['a question without any', { resultType: 'input_required' }],
    ['a state that is no string', { resultType: 'input_required', requestState: {} }],
    ['a question in no form', { resultType: 'input_required', inputRequests: { q: 1 } }],
    [
      'a question that no client knows',
      { resultType: 'input_required', inputRequests: { q: { method: 'files/steal' } } },
    ],
    [
      'a question that this client does not take',
      { resultType: 'input_required', inputRequests: { q: { method: 'roots/list' } } },
    ],
    [
      'a mode that this client does not take',
      {
        resultType: 'input_required',
        inputRequests: { q: { method: 'elicitation/create', params: { mode: 'url' } } },
      },
    ],
  ])('%s is no answer', async (_, result) => {
    const link = fakeLink('2026-07-28', () => ok(result))
    await expect(say(link, modern({ name: 'a' }))).rejects.toMatchObject({
      code: 'upstream_malformed',
    })
  })

  test('a question is no answer to a list', async () => {
    const asks = { resultType: 'input_required', requestState: 's' }
    const link = fakeLink('2026-07-28', () => ok(asks))
    await expect(say(link, modern({}, 'tools/list'))).rejects.toMatchObject({
      code: 'upstream_malformed',
    })
  })

  test('a result that does not say its type is complete', async () => {
    const link = fakeLink('2026-07-28', () => ok({ content: [] }))
    expect(await say(link, modern({ name: 'a' }))).toEqual(
      ok({ content: [], resultType: 'complete' }),
    )
  })

  test('a client may come back with the state alone', async () => {
    const link = fakeLink('2026-07-28', ({ request }) =>
      request.params?.['requestState'] === undefined
        ? ok({ resultType: 'input_required', requestState: 'later' })
        : ok({ resultType: 'complete' }),
    )
    const first = resultOf(await say(link, modern({ name: 'a' })))
    await say(link, modern({ name: 'a', requestState: first['requestState'] ?? '' }))
    expect(link.seen[1]?.request.params?.['requestState']).toBe('later')
  })
})
