import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ERRORS, type ErrorCode, GatewayError } from '../kernel/errors.ts'
import { ALIAS, ORIGIN, openWorld, type World } from './testing/world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const AT = { origin: ORIGIN, path: '/mcp/files' }
const METADATA = `resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource/mcp/files"`
const ALGS = 'algs="ES256 EdDSA Ed25519"'
const challenge = (code: ErrorCode, data?: Record<string, unknown>, at = AT, of = world) =>
  of.identity.authenticator.challenge(
    new GatewayError(code, 'words', { ...(data ? { data } : {}), detail: 'secret' }),
    at,
  )
const both = (words: string) => [
  ...['www-authenticate', `Bearer ${words}, ${METADATA}`],
  ...['www-authenticate', `DPoP ${words}, ${ALGS}, ${METADATA}`],
  ...['dpop-nonce', world.nonce()],
]
const proofAlone = (words: string) => [
  ...['www-authenticate', `DPoP ${words}, ${ALGS}, ${METADATA}`, 'dpop-nonce', world.nonce()],
]

describe('on the wire', () => {
  test('no token: what to ask for and where, and no error', () => {
    expect(challenge('token_missing')).toEqual(both('scope="read"'))
  })

  test('a token that is not valid: nothing about why', () => {
    expect(challenge('token_invalid')).toEqual(
      both('error="invalid_token", error_description="the token is not valid"'),
    )
  })

  test('a header that is malformed', () => {
    expect(challenge('authorization_malformed')).toEqual(both('error="invalid_request"'))
  })

  test('scopes that are not enough: all that to ask for', () => {
    expect(
      challenge('scope_insufficient', { scopes: ['read', 'files:write_file', 'read'] }),
    ).toEqual(both('error="insufficient_scope", scope="read files:write_file"'))
    expect(challenge('scope_insufficient')).toEqual(both('error="insufficient_scope"'))
  })

  test('a proof that is not valid, or needs a nonce', () => {
    expect(challenge('proof_invalid')).toEqual(proofAlone('error="invalid_dpop_proof"'))
    expect(challenge('proof_nonce')).toEqual(proofAlone('error="use_dpop_nonce"'))
  })

  test('nothing for any other error', () => {
    const spoken = new Set([
      ...['token_missing', 'token_invalid', 'authorization_malformed', 'scope_insufficient'],
      ...['proof_invalid', 'proof_nonce'],
    ])
    for (const code of Object.keys(ERRORS) as ErrorCode[])
      if (!spoken.has(code)) expect(challenge(code)).toEqual([])
  })
})

test('the metadata is under the name that was asked, and under ours for any other', () => {
  const where = (origin: string) => challenge('token_missing', {}, { origin, path: '/mcp' })[1]
  expect(where(ALIAS)).toContain(
    `resource_metadata="${ALIAS}/.well-known/oauth-protected-resource/mcp"`,
  )
  expect(where('https://evil.example')).toContain(`resource_metadata="${ORIGIN}/.well-known`)
})

test('a path that is no resource has no metadata', () => {
  expect(challenge('token_missing', {}, { origin: ORIGIN, path: '/x"y' })[1]).toBe(
    'Bearer scope="read"',
  )
})

test('where no bearer token is enough, nobody is told to bear one', async () => {
  const other = await openWorld({ bearer: 'never' })
  const headers = challenge('token_missing', {}, AT, other)
  expect(headers.filter((header) => header.startsWith('Bearer'))).toEqual([])
  expect(headers[1]).toBe(`DPoP scope="read", ${ALGS}, ${METADATA}`)
  await other.close()
})

test('whatever scopes an error names, the header says no more than it should', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.anything())), (scopes) => {
      const [, bearer = ''] = challenge('scope_insufficient', { scopes })
      expect(bearer).toMatch(/^Bearer ( ?[a-z_]+="[\x20\x21\x23-\x5b\x5d-\x7e]*",?)+$/)
    }),
  )
})
