import { expect, test } from 'vitest'
import { loginCookie, ticketCookie } from './callback.ts'

test('the cookies of a login are shown to one address each, and tell no state', () => {
  const state = 'S'.repeat(43)
  const { name, path } = loginCookie('acme', state)
  expect(path).toBe('/oauth/federation/acme/callback')
  expect(name).toMatch(/^federation-[0-9a-f]{16}$/)
  expect(loginCookie('acme', 'T'.repeat(43)).name).not.toBe(name)
  expect(ticketCookie('uid').path).toBe('/oauth/interaction/uid/federated')
})
