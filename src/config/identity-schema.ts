import { z } from 'zod'
import { duration, path, textOrSecret } from './fields.ts'

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, {
  error: 'a name is 1 to 32 of `a-z`, `0-9` and `-`, and does not begin with `-`',
})
const word = z.string().min(1).max(256)
const issuer = z
  .string()
  .max(2_048)
  .refine(isIssuer, { error: 'expected an issuer such as `https://login.example.com/tenant`' })
  .describe('Its issuer, exactly as it writes it. Plain HTTP only on this machine.')
const secureIssuer = z
  .string()
  .max(2_048)
  .refine((text) => isIssuer(text) && text.startsWith('https:'), {
    error: 'expected an issuer such as `https://login.example.com/tenant`',
  })
  .describe('Its issuer, exactly as it writes it.')
const keysAddress = z.url({ protocol: /^https$/, error: 'expected an `https` address' }).max(2_048)
const claimPath = z
  .array(word)
  .min(1)
  .max(8)
  .describe('The names that lead to the claim, such as `[realm_access, roles]`.')
const groupMap = z
  .record(word, z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/))
  .describe('Their group, exactly, to yours. Groups that are not mapped mean nothing here.')
const groups = z
  .strictObject({ claim: claimPath, map: groupMap })
  .optional()
  .describe('Which of their groups mean which of yours.')
const required = z
  .record(word, z.array(word).min(1).max(100))
  .default({})
  .describe('Claims of which one of the listed values must be there, such as `tid` or `hd`.')
const SIGNATURES = ['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'PS384', 'PS512', 'RS256'] as const
const algorithms = (...taken: (typeof SIGNATURES)[number][]) =>
  z
    .array(z.enum(SIGNATURES))
    .min(1)
    .default(taken)
    .describe('Signature algorithms that are accepted.')

const tokens = z
  .strictObject({
    access: duration('30s', '5m')
      .prefault('5m')
      .describe('Life of an access token. Refreshing costs a client one request.'),
    refresh: duration('1m', '90d')
      .prefault('14d')
      .describe('A refresh token that is not used for this long is over.'),
    grant: duration('5m', '365d')
      .prefault('90d')
      .describe('After this long a person is asked again, whatever was refreshed meanwhile.'),
    session: duration('1m', '30d').prefault('8h').describe('How long a browser stays logged in.'),
    refreshGrace: duration('0s', '30s')
      .prefault('10s')
      .describe(
        'How long a client that refreshes twice at once is forgiven; `0s` takes every second use of a refresh token for theft.',
      ),
  })
  .prefault({})
  .describe('Lives of tokens and logins.')

const clients = z
  .strictObject({
    metadataDocuments: z
      .enum(['any', 'listed', 'off'])
      .default('any')
      .describe(
        'Clients that are named by a document on a host which vouches for them (CIMD): of any host, of `hosts`, or none.',
      ),
    dynamicRegistration: z
      .enum(['off', 'loopback', 'listed'])
      .default('off')
      .describe(
        'Clients that register themselves, for whom nobody vouches: none; programs on the user’s own machine; or also those that redirect to `hosts`.',
      ),
    hosts: z
      .array(
        z.string().regex(/^(\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/, {
          error: 'expected a host such as `app.example.com`, or `.example.com` for all below it',
        }),
      )
      .max(1_000)
      .default([])
      .describe('Hosts that you trust to vouch for clients; `.example.com` means all below it.'),
  })
  .prefault({})
  .describe('Which OAuth clients are let in, besides those that you register.')

const provider = z
  .strictObject({
    name: z.string().min(1).max(64).optional().describe('What people see on the button.'),
    issuer,
    clientId: word.describe('The id that the provider gave this gateway.'),
    clientSecret: textOrSecret().optional().describe('A secret reference.'),
    clientKey: textOrSecret()
      .optional()
      .describe('Instead of a secret: a private key (PEM or JWK), as a secret reference.'),
    scopes: z.array(word).max(32).default(['openid', 'profile']).describe('Scopes to ask for.'),
    groups,
    createUsers: z
      .boolean()
      .default(false)
      .describe('Whether people who are not known here yet may come in.'),
    require: required,
    acr: z.array(word).max(32).default([]).describe('Levels of assurance, one of which is needed.'),
    amr: z.array(word).max(32).default([]).describe('Methods, one of which must have been used.'),
    prompt: z.enum(['login', 'select_account', 'consent']).optional().describe('What to ask anew.'),
    maxAge: duration('1s', '30d')
      .optional()
      .describe('How old the person’s login at the provider may be.'),
    algorithms: algorithms('RS256', 'ES256', 'PS256', 'EdDSA'),
    userInfo: z
      .boolean()
      .default(false)
      .describe('Whether to ask the UserInfo endpoint for what the ID token leaves out.'),
  })
  .describe('A corporate OpenID provider that people log in with.')

const trustedIssuer = z
  .strictObject({
    issuer: secureIssuer,
    jwksUri: keysAddress.describe('Where its keys are.'),
    algorithms: algorithms('RS256', 'ES256'),
    audiences: z
      .array(word)
      .min(1)
      .max(32)
      .describe('Values of `aud` that mean this gateway. One of them must be there.'),
    scopes: z
      .strictObject({
        claim: claimPath.default(['scope']),
        map: z
          .record(word, word)
          .default({})
          .describe('Their scope to yours; those that are not mapped count for nothing.'),
      })
      .prefault({})
      .describe('Which of their scopes mean which of yours.'),
    typ: z
      .enum(['at+jwt', 'any'])
      .default('at+jwt')
      .describe('`any` for issuers that do not mark access tokens (RFC 9068) as such.'),
    subject: claimPath.default(['sub']).describe('The claim that names the user or program.'),
    client: claimPath
      .default(['client_id'])
      .describe('The claim that names the client, such as `[azp]`.'),
    agentWhen: z
      .record(word, z.array(word).min(1).max(32))
      .default({})
      .describe('Claims with one of the listed values say that the subject is a program.'),
    groups,
    require: z
      .record(word, word)
      .default({})
      .describe('Claims that must say exactly this, such as `tid`.'),
    advertise: z
      .boolean()
      .default(false)
      .describe('Whether clients are told that they may ask this issuer for tokens.'),
  })
  .describe('Another authorization server whose access tokens are accepted as they are.')

const platform = z
  .strictObject({
    issuer: secureIssuer,
    jwksUri: keysAddress
      .optional()
      .describe('Its keys; without it, its metadata says where they are.'),
  })
  .describe('A platform whose tokens prove what runs on it, such as Kubernetes.')

const asserting = z
  .strictObject({
    issuer: secureIssuer,
    jwksUri: keysAddress
      .optional()
      .describe('Its keys; without it, its metadata says where they are.'),
    algorithms: algorithms('RS256', 'ES256'),
    provider: name.describe('The login provider whose people it speaks of.'),
    createUsers: z
      .boolean()
      .default(false)
      .describe('Whether people who are not known here yet may come in.'),
  })
  .describe('An identity provider whose word gives clients tokens for their users (ID-JAG).')

/** Who may come in: tokens, clients, login. */
export const identity = z
  .strictObject({
    tokens,
    bearer: z
      .enum(['allowed', 'users', 'never'])
      .default('allowed')
      .describe(
        'Who may use tokens that are bound to no key: all clients, only those of people, or none. The others must prove a key (DPoP). Commands of whoever runs this machine are not asked.',
      ),
    whenStoreIsLost: z
      .enum(['deny', 'until-expiry'])
      .default('deny')
      .describe(
        'What becomes of tokens while nobody can find out whether they were revoked. Logins and new tokens are denied either way.',
      ),
    sealKeyFile: path()
      .optional()
      .describe(
        'File with the key that seals what the database keeps; `seal.key` in the data directory by default. Replicas share one.',
      ),
    clients,
    providers: z
      .record(name, provider)
      .default({})
      .describe('Corporate OpenID providers that people log in with, by name.'),
    issuers: z
      .record(name, trustedIssuer)
      .default({})
      .describe('Other authorization servers whose tokens are accepted, by name.'),
    assertions: z
      .record(name, asserting)
      .default({})
      .describe('Identity providers that assert users to clients (ID-JAG), by name.'),
    platforms: z
      .record(name, platform)
      .default({})
      .describe('Platforms whose workload tokens prove who an agent is, by name.'),
    staleAfter: duration('1d', '365d')
      .prefault('90d')
      .describe('What is not used for this long is listed as stale.'),
    keyAge: duration('1h', '365d')
      .prefault('90d')
      .describe('How long a key signs tokens before the next one takes over.'),
  })
  .prefault({})
  .describe('Who people, programs and clients are, and how they prove it.')

function isIssuer(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isOwn(url.hostname))
}

function isOwn(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
