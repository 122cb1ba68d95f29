import type { ExternalIssuer } from '../external-issuer.ts'
import type { Changes } from './world.ts'

/** A product that issues tokens: what it publishes, what it writes, and how the operator reads it. */
export interface Provider {
  /** The members of its metadata (RFC 8414, OpenID Connect Discovery 1.0) that matter here. */
  readonly metadata: {
    readonly issuer: string
    readonly jwks_uri: string
    readonly token_endpoint_auth_signing_alg_values_supported?: readonly string[]
    readonly id_token_signing_alg_values_supported: readonly string[]
  }
  /** Members besides the key itself that its set of keys has. */
  readonly jwk: Changes
  /** Of access tokens, besides `alg` and `kid`. */
  readonly header: Changes
  /** Of a person's access token, besides `iat`, `nbf`, `exp`. */
  readonly user: Changes
  readonly agent: Changes
  /** Of an ID token for the client of the person's token. */
  readonly idToken: Changes
  readonly settings: Omit<ExternalIssuer, 'name' | 'issuer' | 'keys' | 'algorithms'>
  /** What the person's token comes to. */
  readonly reads: {
    readonly id: string
    readonly client: string
    readonly groups: readonly string[]
    readonly agent: string
  }
}

const ANY_MCP = (path: string): boolean => path.startsWith('/mcp')
const COMMON = { maxAge: 5_400_000, proof: 'optional', opens: ANY_MCP, discovery: 'named' } as const

const TENANT = '8f1c9c1e-64a7-4a52-9e2b-6f4a9a7f2b10'
const API = '2d4d11a2-f814-46a7-890a-274a72a7309e'
const CALLER = '6e74172b-be56-4843-9ff4-e66a39bb12e3'
const OBJECT = 'e2c1f5a0-1b7c-4d3a-9a36-0a5d3c8f7e21'

/** Microsoft Entra ID, access tokens of version 2.0: `aud` is the id of the API itself. */
const entra: Provider = {
  metadata: {
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    jwks_uri: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`,
    id_token_signing_alg_values_supported: ['RS256'],
  },
  jwk: {
    ...{ alg: undefined, x5t: '2ZQpJ3UpbjAYXYGaXEJl8lV0TOI', x5c: ['MIIC'] },
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  },
  header: { typ: 'JWT', x5t: '2ZQpJ3UpbjAYXYGaXEJl8lV0TOI' },
  user: {
    ...{ aud: API, ver: '2.0', tid: TENANT, oid: OBJECT, azp: CALLER, azpacr: '0' },
    ...{ sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ', scp: 'access_as_user Files.Write' },
    ...{ aio: 'AUQAu/8TAAAA', rh: '0.AUIA', uti: 'Yx2tRvQ8cEK3mV0bF9wfAA', name: 'Ada' },
    ...{ preferred_username: 'ada@contoso.example' },
    groups: ['0c8f2a4e-1111-4e0e-a111-000000000001', '0c8f2a4e-1111-4e0e-a111-000000000002'],
  },
  agent: {
    ...{ aud: API, ver: '2.0', tid: TENANT, oid: '5d3f7e20-aaaa-4bbb-8ccc-1234567890ab' },
    ...{ azp: CALLER, azpacr: '1', idtyp: 'app', roles: ['Tools.Read.All'], rh: '0.AUIA' },
    ...{ sub: '5d3f7e20-aaaa-4bbb-8ccc-1234567890ab', uti: 'k2F0aa' },
  },
  idToken: {
    ...{ aud: API, ver: '2.0', tid: TENANT, oid: OBJECT, nonce: 'n-0S6_WzA2Mj', name: 'Ada' },
    ...{ sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ', rh: '0.AUIA', uti: 'Yx2tRv' },
  },
  settings: {
    ...COMMON,
    audiences: [API],
    type: 'jwt',
    scopes: {
      claims: [['scp'], ['roles']],
      map: {
        access_as_user: ['read'],
        'Files.Write': ['write'],
        'Tools.Read.All': ['read'],
      },
    },
    subject: [['tid'], ['oid']],
    client: [['azp'], ['appid']],
    agents: [{ claim: ['idtyp'], equals: 'app' }],
    groups: { claim: ['groups'], map: { '0c8f2a4e-1111-4e0e-a111-000000000002': ['staff'] } },
    exactly: [{ claim: ['tid'], equals: TENANT }],
  },
  reads: {
    id: `${TENANT}|${OBJECT}`,
    client: CALLER,
    groups: ['staff'],
    agent: `${TENANT}|5d3f7e20-aaaa-4bbb-8ccc-1234567890ab`,
  },
}

/** Microsoft Entra ID, access tokens of version 1.0: another issuer, `appid` for the client. */
const entraV1: Provider = {
  ...entra,
  metadata: { ...entra.metadata, issuer: `https://sts.windows.net/${TENANT}/` },
  user: {
    ...entra.user,
    ...{ aud: `api://${API}`, ver: '1.0', azp: undefined, azpacr: undefined },
    ...{ appid: CALLER, appidacr: '0', acr: '1', amr: ['pwd', 'mfa'], ipaddr: '203.0.113.7' },
    idp: undefined,
  },
  agent: {
    ...entra.agent,
    ...{ aud: `api://${API}`, ver: '1.0', azp: undefined, azpacr: undefined },
    ...{ appid: CALLER, appidacr: '1' },
  },
  settings: { ...entra.settings, audiences: [`api://${API}`] },
}

/** Okta, a custom authorization server: `scp` is a list, `cid` the client. */
const okta: Provider = {
  metadata: {
    issuer: 'https://contoso.okta.example/oauth2/aus9gxz7tk0oB4xJk5d7',
    jwks_uri: 'https://contoso.okta.example/oauth2/aus9gxz7tk0oB4xJk5d7/v1/keys',
    id_token_signing_alg_values_supported: ['RS256'],
  },
  jwk: {},
  header: {},
  user: {
    ...{
      ver: 1,
      jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
      uid: '00uid4BxXw6I6TV4m0g3',
    },
    ...{ aud: 'api://bailiwick', cid: '0oabv6kx4qq6h1U5l0h7', sub: 'ada@contoso.example' },
    ...{ scp: ['openid', 'tools.read'], auth_time: 1_789_999_990, grp: ['Everyone', 'Tool Users'] },
  },
  agent: {
    ...{ ver: 1, jti: 'AT.ofxQk8xTzZCN', aud: 'api://bailiwick', cid: '0oabv6kx4qq6h1U5l0h8' },
    ...{ sub: '0oabv6kx4qq6h1U5l0h8', scp: ['tools.read'] },
  },
  idToken: {
    ...{ ver: 1, jti: 'ID.4eAWJOCMB3SX8XewDfVR', aud: '0oabv6kx4qq6h1U5l0h7' },
    ...{ sub: '00uid4BxXw6I6TV4m0g3', amr: ['pwd'], idp: '00ok1u7AsAkrwdZL3z0g' },
    ...{ at_hash: 'preview_at_hash', nonce: '4f1f3b', auth_time: 1_789_999_990 },
  },
  settings: {
    ...COMMON,
    audiences: ['api://bailiwick'],
    type: 'jwt',
    scopes: { claims: [['scp']], map: { 'tools.read': ['read'] } },
    subject: [['sub']],
    client: [['cid']],
    agents: [{ same: [['sub'], ['cid']] }],
    groups: { claim: ['grp'], map: { 'Tool Users': ['staff'] } },
    exactly: [],
  },
  reads: {
    id: 'ada@contoso.example',
    client: '0oabv6kx4qq6h1U5l0h7',
    groups: ['staff'],
    agent: '0oabv6kx4qq6h1U5l0h8',
  },
}

/** Keycloak: `aud` is a list by way of a mapper, roles are nested, `typ` stands among the claims. */
const keycloak: Provider = {
  metadata: {
    issuer: 'https://keycloak.example/realms/contoso',
    jwks_uri: 'https://keycloak.example/realms/contoso/protocol/openid-connect/certs',
    id_token_signing_alg_values_supported: ['PS256', 'RS256', 'ES256', 'HS256'],
  },
  jwk: { x5t: 'q3qS', 'x5t#S256': 'W0Zq', x5c: ['MIIC'] },
  header: { typ: 'JWT' },
  user: {
    ...{ jti: 'onrtac:0ad7b2ab-5f0c-4f4d-9f4a-3d8e6d3c1b2a', typ: 'Bearer', azp: 'desktop' },
    ...{ sub: 'f3c0c3bd-7c2f-4f0f-8a0b-0d8d7d1e9a11', sid: '5c8d', acr: '1' },
    ...{ aud: ['bailiwick', 'account'], scope: 'openid profile', 'allowed-origins': ['/*'] },
    ...{ realm_access: { roles: ['offline_access'] }, preferred_username: 'ada' },
    ...{ resource_access: { bailiwick: { roles: ['reader'] } }, groups: ['/staff', '/staff/it'] },
  },
  agent: {
    ...{ jti: 'trrtcc:6f2d', typ: 'Bearer', azp: 'nightly', client_id: 'nightly', acr: '1' },
    ...{ sub: '5b7c2f8e-50a6-4d60-94f0-2a4a1a6b7c8d', aud: ['bailiwick', 'account'] },
    ...{ scope: 'profile', resource_access: { bailiwick: { roles: ['reader'] } } },
    ...{ preferred_username: 'service-account-nightly', clientHost: '203.0.113.9' },
  },
  idToken: {
    ...{ jti: '3b0e', typ: 'ID', azp: 'desktop', aud: 'desktop', nonce: 'b6a1', at_hash: 'J0Jq' },
    ...{ sub: 'f3c0c3bd-7c2f-4f0f-8a0b-0d8d7d1e9a11', sid: '5c8d', preferred_username: 'ada' },
  },
  settings: {
    ...COMMON,
    audiences: ['bailiwick'],
    type: 'jwt',
    scopes: {
      claims: [['resource_access', 'bailiwick', 'roles']],
      map: { reader: ['read'] },
    },
    subject: [['sub']],
    client: [['azp'], ['client_id']],
    agents: [{ claim: ['preferred_username'], startsWith: 'service-account-' }],
    groups: { claim: ['groups'], map: { '/staff': ['staff'] } },
    exactly: [{ claim: ['typ'], equals: 'Bearer' }],
  },
  reads: {
    id: 'f3c0c3bd-7c2f-4f0f-8a0b-0d8d7d1e9a11',
    client: 'desktop',
    groups: ['staff'],
    agent: '5b7c2f8e-50a6-4d60-94f0-2a4a1a6b7c8d',
  },
}

/** Auth0 with the profile of RFC 9068: the type says what it is, names of claims are addresses. */
const auth0: Provider = {
  metadata: {
    issuer: 'https://contoso.auth0.example/',
    jwks_uri: 'https://contoso.auth0.example/.well-known/jwks.json',
    id_token_signing_alg_values_supported: ['HS256', 'RS256', 'PS256'],
  },
  jwk: { x5t: 'WqXb', x5c: ['MIID'] },
  header: { typ: 'at+jwt' },
  user: {
    ...{ sub: 'auth0|6405f2a8c9e3f1a2b3c4d5e6', aud: ['https://gateway.example/mcp', 'https://x'] },
    ...{ client_id: 'k7Qx', scope: 'openid tools:read', jti: 'tqL6' },
    'https://contoso.example/groups': ['Engineering'],
  },
  agent: {
    ...{ sub: 'zT9c@clients', aud: 'https://gateway.example/mcp', client_id: 'zT9c' },
    ...{ scope: 'tools:read', jti: 'W2bN' },
  },
  idToken: {
    ...{
      sub: 'auth0|6405f2a8c9e3f1a2b3c4d5e6',
      aud: 'k7Qx',
      nonce: 'Zm9v',
      sid: 'q1',
      name: 'Ada',
    },
  },
  settings: {
    ...COMMON,
    audiences: ['https://gateway.example/mcp'],
    type: 'at+jwt',
    scopes: { claims: [['scope']], map: { 'tools:read': ['read'] } },
    subject: [['sub']],
    client: [['client_id'], ['azp']],
    agents: [{ claim: ['https://contoso.example/groups'], present: false }],
    groups: { claim: ['https://contoso.example/groups'], map: { Engineering: ['staff'] } },
    exactly: [],
  },
  reads: {
    id: 'auth0|6405f2a8c9e3f1a2b3c4d5e6',
    client: 'k7Qx',
    groups: ['staff'],
    agent: 'zT9c@clients',
  },
}

export const PROVIDERS: Readonly<Record<string, Provider>> = {
  entra,
  'entra-v1': entraV1,
  okta,
  keycloak,
  auth0,
}
