import type { CustomFetchOptions } from 'openid-client'
import { afterEach, expect, test, vi } from 'vitest'
import { boundedFetch } from './bounded-fetch.ts'

const ASK: CustomFetchOptions = { body: undefined, headers: {}, method: 'GET', redirect: 'manual' }

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

test.each([
  'http://login.acme.example/x',
  'http://169.254.169.254/x',
  'file:///etc/passwd',
  'https://user@login.acme.example/x',
])('%s is not asked', async (url) => {
  const asked: string[] = []
  const ask = boundedFetch(async (to) => {
    asked.push(to)
    return Response.json({})
  }, true)
  await expect(ask(url, ASK)).rejects.toThrow('not allowed')
  expect(asked).toEqual([])
})

test('redirects are not followed, and only headers that somebody reads are kept', async () => {
  const ask = boundedFetch(async (_url, { redirect }) => {
    expect(redirect).toBe('manual')
    const headers = { 'content-type': 'application/json', 'set-cookie': 'a=1', 'x-other': '1' }
    return new Response('{}', { headers })
  }, false)
  const response = await ask('https://login.acme.example/x', ASK)
  expect([...response.headers]).toEqual([['content-type', 'application/json']])
})

test('an answer has five seconds, head and body, though nobody else sets a limit', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((after) => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(new DOMException('late', 'TimeoutError')), after)
    return stop.signal
  })
  const ask = boundedFetch(async () => new Response(new ReadableStream()), false)
  const late = expect(ask('https://login.acme.example/x', ASK)).rejects.toThrow('late')
  await vi.advanceTimersByTimeAsync(5_000)
  await late
})
