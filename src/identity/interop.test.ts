import {
  DpopSession,
  extractWWWAuthenticateParams,
  isDpopNonceChallenge,
} from '@modelcontextprotocol/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ERRORS, GatewayError } from '../kernel/errors.ts'
import { ORIGIN, openWorld, type World } from './testing/world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const PLACE = { origin: ORIGIN, path: '/mcp' }
const METADATA = new URL(`${ORIGIN}/.well-known/oauth-protected-resource/mcp`)

/** An error as it would arrive. */
function arrived(error: GatewayError): Response {
  const list = world.identity.authenticator.challenge(error, PLACE)
  const headers = new Headers()
  for (let index = 0; index < list.length; index += 2)
    headers.append(String(list[index]), String(list[index + 1]))
  return new Response(null, { status: ERRORS[error.code].http, headers })
}

test('the clients of the protocol read from challenges what they need', () => {
  expect(extractWWWAuthenticateParams(arrived(new GatewayError('token_missing', '')))).toEqual({
    resourceMetadataUrl: METADATA,
    scope: 'read',
  })
  expect(extractWWWAuthenticateParams(arrived(new GatewayError('token_invalid', '')))).toEqual({
    resourceMetadataUrl: METADATA,
    error: 'invalid_token',
    errorDescription: 'the token is not valid',
  })
  const data = { scopes: ['read', 'files:write_file'] }
  expect(
    extractWWWAuthenticateParams(arrived(new GatewayError('scope_insufficient', '', { data }))),
  ).toEqual({
    resourceMetadataUrl: METADATA,
    error: 'insufficient_scope',
    scope: 'read files:write_file',
  })
})

test('their proofs are proofs, once they have the nonce', async () => {
  // They read the time from the machine.
  world.now = Date.now()
  await world.identity.refresh()
  const address = `${ORIGIN}/mcp`
  const session = await DpopSession.create()
  const token = await world.token({ cnf: { jkt: session.thumbprint } })
  const show = async () => {
    const dpop = await session.buildProof({ htm: 'POST', htu: address, accessToken: token })
    return world.ask(token, { authorization: `DPoP ${token}`, dpop })
  }
  const error = await show().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'proof_nonce' })
  const answer = arrived(error as GatewayError)
  expect(isDpopNonceChallenge(answer)).toBe(true)
  session.observeNonce(answer, address)
  expect((await show()).authorization.bound).toBe(true)
})
