import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Accounts, LoginResult, OneTimeLink, User } from '../../../kernel/accounts.ts'
import { GatewayError } from '../../../kernel/errors.ts'
import type { SecurityEvent } from '../../../kernel/event.ts'
import type { SubjectId } from '../../../kernel/subject.ts'
import type { Interaction, Interactions, Resource, Resources, ScopedTool } from '../../parts.ts'
import type { FederationPort, GrantView, MyCredentials, MyGrants, PasskeyView } from '../ports.ts'

export const PASSWORD = 'four unrelated garden words'
export const CODE = 'abcd-efgh-ijkl'

export const ADA: User = {
  id: 'ada' as SubjectId,
  name: 'Ada Byron',
  status: 'active',
  groups: ['owners'],
  created: 1,
}

export function tool(server: string, name: string, level: ScopedTool['level']): ScopedTool {
  return { server, name, scope: `${server}:${name}`, level }
}

export const RESOURCE: Resource = {
  url: 'http://localhost:7463/mcp',
  aliases: [],
  path: '/mcp',
  tools: [
    tool('files', 'read_file', 'read'),
    tool('files', 'write_file', 'write'),
    tool('github', 'list_issues', 'read'),
    tool('github', 'create_issue', 'write'),
    tool('shell', 'run', 'execute'),
  ],
}

export const INTERACTION: Interaction = {
  uid: 'interaction-1',
  prompt: 'consent',
  client: {
    id: 'https://client.example/metadata.json',
    name: 'Notebook',
    trust: 'metadata',
    host: 'client.example',
    digest: 'd1',
  },
  redirect: 'https://client.example/callback',
  resource: RESOURCE,
  scopes: ['read', 'write', 'execute', 'offline_access'],
  known: [],
  user: ADA.id,
  hint: undefined,
}

/** What the pages asked of their ports, in order. */
export interface Asked {
  readonly what: string
  readonly with: unknown
}

/** Stands in for everything behind the pages. Change its fields to set a scene. */
export class Behind {
  readonly asked: Asked[] = []
  readonly events: SecurityEvent[] = []
  interaction: Interaction | undefined = INTERACTION
  /** Who is signed in, by the browser's `session` cookie. */
  readonly sessions = new Map<string, SubjectId>()
  users: readonly User[] = [ADA]
  /** Overrides what a login gives. */
  loginResult: LoginResult | undefined
  link: OneTimeLink | undefined
  passkeysWork = true
  providers: FederationPort['providers'] = []
  myGrants: GrantView[] = []
  myPasskeys: PasskeyView[] = []
  now = 1_000_000
  readonly #once = new Set<string>()
  readonly #challenges = new Set<string>()

  #ask(what: string, detail?: unknown): void {
    this.asked.push({ what, with: detail })
  }

  readonly once = {
    first: async (key: string): Promise<boolean> => {
      if (this.#once.has(key)) return false
      this.#once.add(key)
      return true
    },
  }

  readonly interactions: Interactions = {
    find: async () => {
      if (this.interaction === undefined)
        throw new GatewayError('interaction_unknown', 'the interaction is over')
      return this.interaction
    },
    login: async (_request, response, login) => {
      this.#ask('login', login)
      goOn(response)
    },
    consent: async (_request, response, answer) => {
      this.#ask('consent', answer)
      goOn(response)
    },
    decline: async (_request, response) => {
      this.#ask('decline')
      goOn(response)
    },
    session: async (request) => {
      const user = this.sessions.get(sessionOf(request))
      return user && { user, methods: ['pwd'], id: 'session-1', expires: this.now + 1_000 }
    },
    signIn: async (_request, response, login) => {
      this.#ask('signIn', login)
      const id = randomUUID()
      this.sessions.set(id, login.user)
      response.appendHeader('set-cookie', `session=${id}; Path=/; HttpOnly`)
    },
    logout: async (request) => {
      this.#ask('logout')
      this.sessions.delete(sessionOf(request))
    },
  }

  readonly #login = (name: string, secret: string, right: string): LoginResult => {
    if (this.loginResult !== undefined) return this.loginResult
    const user = this.users.find((one) => one.id === name)
    return user !== undefined && secret === right
      ? { user, methods: ['pwd'] }
      : { refused: 'wrong' }
  }

  readonly accounts: Accounts = {
    user: async (id) => this.users.find((one) => one.id === id),
    agent: async () => undefined,
    seen: () => undefined,
    checkPassword: async (name, password, from) => {
      this.#ask('checkPassword', { name, password, from })
      return this.#login(name, password, PASSWORD)
    },
    checkRecoveryCode: async (name, code, from) => {
      this.#ask('checkRecoveryCode', { name, code, from })
      return this.#login(name, code, CODE)
    },
    passkeyLogin: async () => {
      if (!this.passkeysWork) throw new GatewayError('params_invalid', 'passkeys need a name')
      return { challenge: this.#challenge(), rpId: 'localhost', allowCredentials: [] }
    },
    checkPasskey: async (response, challenge, from) => {
      this.#ask('checkPasskey', { response, challenge, from })
      const known = this.#challenges.has(challenge) && response['good'] === true
      return known ? { user: ADA, methods: ['hwk', 'user'] } : { refused: 'wrong' }
    },
    federate: async () => ({ refused: 'not-allowed' }),
    openLink: async (secret) => (secret === 'link-secret' ? this.link : undefined),
    redeemLink: async (secret, choice) => {
      this.#ask('redeemLink', { secret, ...choice })
      if (choice.password.length < 12)
        throw new GatewayError('params_invalid', 'a password has 12 characters at least')
      const { link } = this
      this.link = undefined
      if (secret !== 'link-secret' || link === undefined) return undefined
      return { user: { ...link.user, name: choice.name }, recoveryCodes: CODES }
    },
    passkeyRegistration: async () => {
      if (!this.passkeysWork) throw new GatewayError('params_invalid', 'passkeys need a name')
      return {
        challenge: this.#challenge(),
        rp: { id: 'localhost', name: 'Bailiwick' },
        user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      }
    },
    addPasskey: async (user, response, challenge, label) => {
      this.#ask('addPasskey', { user, label, challenge })
      if (!this.#challenges.has(challenge) || response['good'] === false)
        throw new GatewayError('params_invalid', 'the passkey does not verify')
    },
  }

  readonly federation: FederationPort = ((behind: Behind): FederationPort => ({
    get providers() {
      return behind.providers
    },
    start: async (_request, response, to) => {
      behind.#ask('federate', to)
      response.writeHead(303, { location: 'https://idp.example/authorize' })
      response.end()
    },
  }))(this)

  readonly grants: MyGrants = {
    list: async () => this.myGrants,
    revoke: async (user, id) => {
      this.#ask('revoke', { user, id })
      return this.myGrants.some((grant) => grant.id === id)
    },
  }

  readonly credentials: MyCredentials = {
    passkeys: async () => this.myPasskeys,
    removePasskey: async (user, id) => {
      this.#ask('removePasskey', { user, id })
      return this.myPasskeys.some((one) => one.id === id)
    },
    setPassword: async (user, password) => {
      this.#ask('setPassword', { user, password })
      if (password.length < 12)
        throw new GatewayError('params_invalid', 'a password has 12 characters at least')
    },
  }

  readonly resources: Resources = { find: () => RESOURCE, fallback: RESOURCE.url }

  #challenge(): string {
    const challenge = randomBytes(32).toString('base64url')
    this.#challenges.add(challenge)
    return challenge
  }
}

export const CODES = Array.from({ length: 10 }, (_, i) => `code-${i}-wxyz-1234`)

function sessionOf(request: IncomingMessage): string {
  return /(?:^|; )session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
}

function goOn(response: ServerResponse): void {
  response.writeHead(303, { location: 'https://client.example/callback?code=x' })
  response.end()
}
