import { GatewayError } from '../../kernel/errors.ts'

/** Signature algorithms that an ID token may ever have: none of them knows a shared secret. */
export const ID_TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const
export type IdTokenAlgorithm = (typeof ID_TOKEN_ALGORITHMS)[number]

/** What is taken when the settings name none. */
export const DEFAULT_ALGORITHMS: readonly IdTokenAlgorithm[] = ['RS256', 'ES256', 'PS256', 'EdDSA']

/** Ways to ask the person anew (OpenID Connect Core 1.0 section 3.1.2.1). `none` cannot log in. */
export const PROMPTS = ['login', 'select_account', 'consent'] as const

/** Reads a secret when it is needed, so that a changed one counts at once. */
export type SecretSource = () => string | Promise<string>

/** How we prove to the provider who we are (OpenID Connect Core 1.0 section 9). */
export type ClientAuthentication =
  | { readonly kind: 'client_secret'; readonly secret: SecretSource }
  /** A private key as PEM (PKCS #8) or as a JWK, whose `kid` and `x5t#S256` are sent along. */
  | { readonly kind: 'private_key_jwt'; readonly key: SecretSource }

/** Which groups of theirs mean which of ours. Groups that are not mapped mean nothing here. */
export interface GroupSettings {
  /** The names that lead to the claim: `['groups']`, or `['realm_access', 'roles']` for a nested one. */
  readonly claim: readonly string[]
  /** Their group, exactly, to ours. */
  readonly map: Readonly<Record<string, string>>
}

/** What an ID token must say; each list names the values of which one must be there, exactly. */
export interface Requirements {
  /** By claim, such as Entra's `tid` or Google's `hd`. */
  readonly claims?: Readonly<Record<string, readonly string[]>>
  readonly acr?: readonly string[]
  readonly amr?: readonly string[]
}

/** A corporate OpenID provider that people log in with. */
export interface ProviderSettings {
  /** Stands in addresses and in user ids; never given to another provider. */
  readonly id: string
  /** What people see on the button. */
  readonly name: string
  /** Exactly as the provider writes it. */
  readonly issuer: string
  readonly clientId: string
  readonly authentication: ClientAuthentication
  /** Default: `openid profile`. */
  readonly scopes?: readonly string[]
  readonly groups?: GroupSettings
  /** Whether people who are not known yet may come in. */
  readonly createUsers: boolean
  readonly require?: Requirements
  readonly prompt?: (typeof PROMPTS)[number]
  /** Seconds since the person last proved who they are, at the provider, at the most. */
  readonly maxAge?: number
  readonly algorithms?: readonly IdTokenAlgorithm[]
  /** Whether to ask the UserInfo endpoint for what the ID token leaves out. Default: no. */
  readonly userInfo?: boolean
}

/** True for an address on which only this machine answers. */
function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/**
 * The address, if we may go or send people there: HTTPS, or plain HTTP on this machine when `plain`.
 * Addresses with a user name or a fragment are none.
 */
export function safeAddress(text: unknown, plain: boolean): URL | undefined {
  const url = typeof text === 'string' ? URL.parse(text) : null
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '')
    return undefined
  if (url.protocol === 'https:') return url
  return plain && url.protocol === 'http:' && isLoopback(url) ? url : undefined
}

/** Whether the provider is on this machine and speaks plain HTTP: for trying things out. */
export function isPlain({ issuer }: ProviderSettings): boolean {
  return issuer.startsWith('http:')
}

/**
 * Refuses settings under which a login would be unsafe or could never work.
 *
 * @throws GatewayError `internal`, whose message says which provider and why.
 */
export function checkSettings(providers: readonly ProviderSettings[]): void {
  const ids = new Set<string>()
  for (const provider of providers) {
    const wrong = ids.has(provider.id) ? 'there are two of this id' : whatIsWrong(provider)
    if (wrong !== undefined)
      throw new GatewayError('internal', `identity provider \`${provider.id}\`: ${wrong}`)
    ids.add(provider.id)
  }
}

function whatIsWrong(provider: ProviderSettings): string | undefined {
  const { algorithms = DEFAULT_ALGORITHMS, groups, maxAge, prompt, scopes } = provider
  const checks: readonly (readonly [wrong: boolean, why: string])[] = [
    [
      !/^[a-z0-9][a-z0-9-]{0,31}$/.test(provider.id),
      'its id needs 1 to 32 of `a-z`, `0-9` and `-`, and no `-` first',
    ],
    [!isIssuer(provider.issuer), 'its issuer needs https (or loopback) and no query'],
    [provider.clientId === '', 'its client id is empty'],
    [scopes?.includes('openid') === false, 'its scopes lack `openid`'],
    [algorithms.length === 0, 'it allows no signature algorithm'],
    [
      !algorithms.every((name) => ID_TOKEN_ALGORITHMS.includes(name)),
      'it allows a signature algorithm that is not safe',
    ],
    [groups?.claim.length === 0, 'the path of its groups claim is empty'],
    [
      !areGroups(Object.values(groups?.map ?? {})),
      'it maps to a name that no group of ours can have',
    ],
    [prompt !== undefined && !PROMPTS.includes(prompt), 'its prompt cannot log anybody in'],
    [maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge >= 0), 'its `maxAge` is no age'],
    [hasEmptyRule(provider.require), 'a requirement names no value, so nobody could meet it'],
  ]
  return checks.find(([wrong]) => wrong)?.[1]
}

function isIssuer(issuer: string): boolean {
  const url = safeAddress(issuer, true)
  return url !== undefined && url.search === '' && !/[?#]|\/\.well-known\//.test(issuer)
}

/** As the directory takes them. */
function areGroups(names: readonly string[]): boolean {
  return names.length <= 200 && names.every((name) => /^[a-z0-9][a-z0-9._-]{0,63}$/.test(name))
}

function hasEmptyRule({ claims = {}, acr, amr }: Requirements = {}): boolean {
  return [...Object.values(claims), acr, amr].some((values) => values?.length === 0)
}
