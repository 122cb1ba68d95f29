import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import { clientDocument, documentHost } from './client-document.ts'

const ID = 'https://client.example/oauth/client.json'
const RULES = { web: () => true, privateSchemes: ['editor'] }
const KEY = { kty: 'OKP', crv: 'Ed25519', x: 'a' }
const GOOD: JsonObject = {
  client_id: ID,
  client_name: 'Example',
  redirect_uris: ['http://127.0.0.1/callback'],
}
const read = (more: JsonObject, trusted = false) =>
  clientDocument(ID, { ...GOOD, ...more }, RULES, trusted)

describe('the address of a client document', () => {
  test.each([
    [ID, 'client.example'],
    ['https://client.example/a?b=c', 'client.example'],
    ['https://a.b.client.example/a', 'a.b.client.example'],
  ])('%s is one', (id, host) => expect(documentHost(id)).toBe(host))

  test.each([
    'http://client.example/a',
    'HTTPS://client.example/a',
    'https://client.example',
    'https://client.example/',
    'https://client.example/?a=b',
    'https://Client.example/a',
    'https://client.example:443/a',
    'https://client.example:8443/a',
    'https://user@client.example/a',
    'https://client.example/a@b',
    'https://client.example/a#b',
    'https://client.example/a/../b',
    'https://client.example/a/%2e/b',
    'https://client.example/a\\b',
    'https://client.example/a b',
    'https://client.example./a',
    'https://localhost/a',
    'https://127.0.0.1/a',
    'https://2130706433/a',
    'https://[::1]/a',
    'https:///client.example/a',
    'https:client.example/a',
    'client',
    '',
    `https://client.example/${'a'.repeat(500)}`,
  ])('%s is none', (id) => {
    expect(documentHost(id)).toBeUndefined()
  })
})

describe('a client document', () => {
  test('says what counts of it, and no more', () => {
    const document = {
      ...GOOD,
      client_name: ' Exa\u202emple ',
      redirect_uris: ['http://127.0.0.1/callback', 'https://client.example/cb'],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'implicit'],
      response_types: ['code', 'token'],
      dpop_bound_access_tokens: true,
      scope: 'read admin',
      logo_uri: 'https://169.254.169.254/',
      client_uri: 'javascript:alert(1)',
      sector_identifier_uri: 'https://internal.example/',
      request_uris: ['https://internal.example/'],
      backchannel_logout_uri: 'https://internal.example/',
      jwks_uri: 'https://internal.example/',
      unknown: { deep: true },
    }
    expect(clientDocument(ID, document, RULES, true)).toEqual({
      client_id: ID,
      client_name: 'Example',
      application_type: 'native',
      redirect_uris: document.redirect_uris,
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      dpop_bound_access_tokens: true,
    })
  })

  test.each<[JsonObject, string]>([
    [{ client_id: 'https://client.example/oauth/other.json' }, 'client_id is not the address'],
    [{ client_id: `${ID}?` }, 'client_id is not the address of the document'],
    [{ client_id: undefined }, 'client_id is not the address of the document'],
    [{ client_id: [ID] }, 'client_id is not the address of the document'],
    [{ client_name: undefined }, 'client_name is missing'],
    [{ client_name: '\u200b' }, 'client_name is missing'],
    [{ redirect_uris: undefined }, 'redirect_uris must be a list'],
    [{ redirect_uris: [] }, 'redirect_uris must be a list'],
    [{ redirect_uris: ['http://evil.example/'] }, 'a redirect address is http to another machine'],
    [{ redirect_uris: ['javascript:alert(1)'] }, 'a redirect address has a scheme that is not a'],
    [{ redirect_uris: ['other:/cb'] }, 'a redirect address has a scheme that is not allowed'],
    [{ client_secret: 'a' }, 'a document must hold no secret'],
    [{ client_secret_expires_at: 0 }, 'a document must hold no secret'],
    [{ token_endpoint_auth_method: 'client_secret_basic' }, 'token_endpoint_auth_method must be'],
    [{ token_endpoint_auth_method: 'client_secret_post' }, 'token_endpoint_auth_method must be'],
    [{ token_endpoint_auth_method: 'client_secret_jwt' }, 'token_endpoint_auth_method must be'],
    [{ token_endpoint_auth_method: 'tls_client_auth' }, 'token_endpoint_auth_method must be'],
    [{ token_endpoint_auth_method: 'private_key_jwt' }, 'either jwks or jwks_uri is needed'],
    [{ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } }, '1 to 20 keys'],
    [
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ ...KEY, d: 'a' }] } },
      'no private',
    ],
    [
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'oct', k: 'a' }] } },
      'no private',
    ],
    [
      { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'http://client.example/k' },
      'jwks_uri must be',
    ],
    [
      { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://a@client.example/k' },
      'jwks_uri must be',
    ],
    [
      {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: 'https://client.example/k',
        jwks: { keys: [KEY] },
      },
      'either jwks or jwks_uri is needed',
    ],
    [{ grant_types: ['client_credentials'] }, 'grant_types must hold authorization_code'],
    [{ grant_types: 'authorization_code' }, 'grant_types must hold authorization_code'],
    [{ response_types: ['token'] }, 'response_types must hold code'],
    [{ dpop_bound_access_tokens: 'yes' }, 'dpop_bound_access_tokens must be true or false'],
  ])('%j names no client', (more, why) => {
    expect(read(more)).toContain(why)
  })

  test('assertions are for clients that prove who they are, on hosts that the operator trusts', () => {
    const assertion = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    const grants = (more: JsonObject, trusted: boolean) => {
      const client = read({ grant_types: ['authorization_code', assertion], ...more }, trusted)
      return typeof client === 'object' && client['grant_types']
    }
    const proving = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [KEY] } }
    expect(grants(proving, true)).toEqual(['authorization_code', assertion])
    expect(grants(proving, false)).toEqual(['authorization_code'])
    expect(grants({}, true)).toEqual(['authorization_code'])
  })
})
