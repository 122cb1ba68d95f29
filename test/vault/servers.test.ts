import { afterAll, beforeAll, expect, test } from 'vitest'
import { application } from '../e2e/authorization/application.ts'
import { refusedBecauseAsked } from '../e2e/authorization/scene.ts'
import { session } from '../e2e/authorization/session.ts'
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from './servers/authorization-server.ts'
import { type ResourceServer, startResourceServer } from './servers/resource-server.ts'
import { traveller } from './traveller.ts'

// The servers are held to the official clients first, without a gateway between.

let issuer: AuthorizationServer
let server: ResourceServer
beforeAll(async () => {
  issuer = await startAuthorizationServer()
  server = await startResourceServer({ issuer: issuer.issuer, needs: { write: 'write' } })
})
afterAll(async () => {
  await issuer?.stop()
  await server?.stop()
})

test.each(['v1', 'v2 modern'] as const)('an official client of %s connects', async (kind) => {
  const redirect = 'http://127.0.0.1:7777/callback'
  const own = application({ redirect })
  const first = session(kind, server.url, own)
  await refusedBecauseAsked(first.connect())
  const answer = await traveller(new URL(redirect).origin, 'ann').back(own.takeAddress())
  await first.finish(answer)
  await first.close()
  const second = session(kind, server.url, own)
  await second.connect()
  expect(JSON.parse(await second.call('whoami'))).toMatchObject({ sub: 'ann', scopes: ['read'] })
  const told = await second.call('write').catch((error: unknown) => String(error))
  expect(told).not.toContain('written')
  await second.close()
  const { access } = issuer.tokens()
  const known = access.map((token) => `Bearer ${token}`)
  expect(known).toEqual(expect.arrayContaining([...server.shown('whoami')]))
  expect(server.heard.some(({ status }) => status === 403)).toBe(true)
})

test('what a person granted can be taken back', async () => {
  await issuer.revoke('ann')
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: issuer.tokens().refresh.at(-1) ?? 'there is none',
  })
  const response = await fetch(`${issuer.issuer}/token`, { method: 'POST', body: form })
  expect(response.status).toBe(400)
})
