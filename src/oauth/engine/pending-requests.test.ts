import { expect, test } from 'vitest'
import { pendingRequests } from './pending-requests.ts'
import { send } from './testing/browser.ts'
import { onEveryEngine } from './testing/on-every-engine.ts'
import { authorizeUrl, post } from './testing/server.ts'

function begun(times: number, begin: (from: string) => void, from: (index: number) => string) {
  let count = 0
  try {
    for (; count < times; count++) begin(from(count))
  } catch (error) {
    expect(error).toMatchObject({ status: 429, retryAfter: expect.any(Number) })
  }
  return count
}

test('one network begins so many requests, and then has to wait; others do not', () => {
  let now = 0
  const begin = pendingRequests({ clock: () => now })
  expect(begun(1_000, begin, () => '192.0.2.1')).toBe(300)
  expect(() => begin('192.0.2.2')).not.toThrow()
  now += 1_000
  expect(begun(1_000, begin, () => '192.0.2.1')).toBe(5)
})

test('an IPv6 network is one, whatever address in it is used', () => {
  const begin = pendingRequests({ clock: () => 0 })
  expect(begun(1_000, begin, (index) => `2001:db8::${index.toString(16)}`)).toBe(300)
})

test('all together begin so many, from however many places', () => {
  const begin = pendingRequests({ clock: () => 0 })
  const from = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
  expect(begun(30_000, begin, from)).toBe(20_000)
})

onEveryEngine('requests that nobody answers', (world) => {
  test('are bounded at the endpoints where anybody can begin', async () => {
    const { server } = world()
    const { url } = authorizeUrl(server)
    const begin = async () => (await send(url, {})).status
    for (let count = 0; count < 400; count++) if ((await begin()) === 429) break
    expect(await begin()).toBe(429)
    expect((await post(server, '/oauth/par', {})).status).toBe(429)
    expect((await send(`${server.origin}/oauth/jwks`, {})).status).toBe(200)
  })
})
