import type { Accounts, Principals } from '../../kernel/accounts.ts'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { Once } from '../../kernel/once.ts'
import { DEFAULT_SCOPES } from '../../kernel/scope.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { OauthError } from '../engine/oauth-error.ts'
import type { ClientSource, MachineGrant, MachineRequest } from '../engine/ports.ts'
import type { Issuer, Resources } from '../parts.ts'
import { activeAgent } from './active-agent.ts'
import { type AskedResource, askedResource, askedScopes, parameter } from './asked.ts'
import { IDENTITY_ASSERTION, JWT_BEARER } from './grant-types.ts'
import type { KeySets } from './key-sets.ts'
import { sharedGrants } from './shared-grants.ts'
import { JwtRefusal, peekJwt, SKEW, type VerifiedJwt, verifyJwt } from './verify-jwt.ts'

/** An identity provider that may say which user a client acts for. */
export interface AssertionIssuer {
  /** Its name in the directory: its users are `provider|sub`. */
  readonly provider: string
  readonly issuer: string
  /** Where its keys are; if absent, where its metadata says. */
  readonly jwksUri?: string
  /** Of `SIGNATURES`. */
  readonly algorithms: readonly string[]
  /** Whether users who are not known yet are made. */
  readonly create: boolean
}

interface IdentityAssertionOptions {
  /** Our own issuer identifier. */
  readonly issuer: string
  readonly issuers: readonly AssertionIssuer[]
  readonly principals: Principals
  readonly federate: Accounts['federate'] | undefined
  readonly clients: Pick<ClientSource, 'ceiling'>
  readonly resources: Resources
  readonly keySets: KeySets
  readonly once: Once
  readonly now: () => number
}

/** Seconds that an assertion may be old. */
const MAX_AGE = 300

/**
 * A client that its user's identity provider vouches for (draft-ietf-oauth-identity-assertion-authz-grant,
 * MCP enterprise-managed authorization): the provider says for whom, for which client and for what. There
 * are no refresh tokens: the provider is asked again.
 */
export function identityAssertion(options: IdentityAssertionOptions): MachineGrant {
  const { resources, once } = options
  const issue = sharedGrants()
  const issuers = new Map(options.issuers.map((trusted) => [trusted.issuer, trusted]))
  return {
    grantType: JWT_BEARER,
    parameters: ['assertion', 'scope'],
    duplicates: ['resource'],
    async handle(request: MachineRequest, issuer: Issuer) {
      const client = await actingClient(request, options)
      const { trusted, assertion } = await readAssertion(request, issuers, options)
      checkParties(assertion, request)
      const { url, resource } = assertedResource(assertion, request, resources)
      if (client.resources !== undefined && !client.resources.includes(resource.url))
        throw new OauthError('invalid_target', 'this client may not use the resource')
      const scopes = askedScopes(request, resource, assertedScopes(assertion), ...client.scopes)
      // Used up only by a request that could be granted: a wrong scope may be corrected.
      const key = JSON.stringify(['id-jag', trusted.issuer, assertion.claims['jti']])
      if (!(await once.first(key, (assertion.expires + SKEW) * 1_000)))
        throw refused('the assertion was used before')
      const subject = await assertedUser(assertion, trusted, options)
      const issued = await issue(issuer, {
        kind: 'user',
        subject,
        client: request.client.id,
        resource: url,
        scopes,
        actors: client.actors,
        via: 'identity-assertion',
        methods: ['fed'],
        thumbprint: request.thumbprint,
      })
      return { issued, scopes }
    },
  }
}

/** RFC 7523 section 3.1. */
function refused(detail: string): OauthError {
  return new OauthError('invalid_grant', 'the assertion is not accepted', { detail })
}

/** What bounds a client, and whether it is an agent that acts for the user. */
interface ActingClient {
  readonly actors: readonly SubjectId[]
  readonly scopes: readonly (readonly string[])[]
  readonly resources: readonly string[] | undefined
}

async function actingClient(
  { client }: MachineRequest,
  { principals, clients, now }: IdentityAssertionOptions,
): Promise<ActingClient> {
  // Whoever knows the name of a public client could use an assertion that was meant for it.
  if (client.method === 'none')
    throw new OauthError('unauthorized_client', 'this grant is for clients that prove who they are')
  const known = await principals.agent(client.id as SubjectId)
  if (known === undefined) {
    const { scopes, resources } = clients.ceiling(client.id)
    return { actors: [], scopes: scopes === undefined ? [] : [scopes], resources }
  }
  const agent = await activeAgent(principals, client.id, now())
  if (agent === undefined)
    throw new OauthError('invalid_client', 'client authentication failed', { status: 401 })
  if (!agent.mayActForUsers)
    throw new OauthError('unauthorized_client', 'this agent may not act for users')
  return { actors: [agent.id], scopes: [agent.scopes], resources: undefined }
}

async function readAssertion(
  request: MachineRequest,
  issuers: ReadonlyMap<string, AssertionIssuer>,
  { issuer, keySets, now }: IdentityAssertionOptions,
): Promise<{ readonly trusted: AssertionIssuer; readonly assertion: VerifiedJwt }> {
  const token = parameter(request, 'assertion')
  if (token === undefined) throw new OauthError('invalid_request', '`assertion` is required')
  const named = peekJwt(token)?.claims['iss']
  const trusted = typeof named === 'string' ? issuers.get(named) : undefined
  if (trusted === undefined) throw refused('not of an issuer that is trusted')
  const source =
    trusted.jwksUri === undefined
      ? ({ kind: 'discovered', issuer: trusted.issuer } as const)
      : ({ kind: 'address', url: trusted.jwksUri } as const)
  const assertion = await verifyJwt(token, {
    types: [IDENTITY_ASSERTION],
    algorithms: trusted.algorithms,
    issuer: trusted.issuer,
    audiences: new Set([issuer]),
    keys: (kid) => keySets.keys(source, kid),
    now: now(),
  }).catch((error: unknown) => {
    throw error instanceof JwtRefusal ? refused(error.message) : error
  })
  if (now() / 1_000 - assertion.issued > MAX_AGE + SKEW) throw refused('too old')
  return { trusted, assertion }
}

/** That the assertion is for this sender, once, and says nothing that would be lost. */
function checkParties({ claims }: VerifiedJwt, { client, thumbprint }: MachineRequest): void {
  const { client_id: named, jti, cnf, act, may_act: mayAct } = claims
  if (named !== client.id) throw refused('for another client')
  if (typeof jti !== 'string' || jti === '') throw refused('without `jti`')
  if (act !== undefined || mayAct !== undefined) throw refused('of a delegation')
  if (cnf === undefined) return
  const bound = isObject(cnf) && Object.keys(cnf).length === 1 && typeof cnf['jkt'] === 'string'
  if (!bound || cnf['jkt'] !== thumbprint) throw refused('bound to a key that was not proved')
}

/** The provider decides where the token is good; the client may only say the same. */
function assertedResource(
  { claims }: VerifiedJwt,
  request: MachineRequest,
  resources: Resources,
): AskedResource {
  const { resource: claim } = claims
  const only: unknown = Array.isArray(claim) && claim.length === 1 ? claim[0] : claim
  const asserted = typeof only === 'string' ? resources.find(only) : undefined
  if (typeof only !== 'string' || asserted === undefined)
    throw new OauthError('invalid_target', 'the assertion is for no resource of this server')
  if (request.parameters['resource'] === undefined) return { url: only, resource: asserted }
  const asked = askedResource(request, resources)
  if (asked.resource.url !== asserted.url)
    throw new OauthError('invalid_target', 'the assertion is for another resource')
  return asked
}

/** Without a claim the provider has agreed to nothing in particular: to what asks for nothing. */
function assertedScopes({ claims }: VerifiedJwt): readonly string[] {
  const { scope } = claims
  if (scope === undefined) return DEFAULT_SCOPES
  if (typeof scope !== 'string') throw refused('unreadable `scope`')
  return scope.split(' ').filter((one) => one !== '')
}

async function assertedUser(
  { subject, claims }: VerifiedJwt,
  trusted: AssertionIssuer,
  { principals, federate }: IdentityAssertionOptions,
): Promise<SubjectId> {
  const id = `${trusted.provider}|${subject}` as SubjectId
  const known = await principals.user(id)
  if (known !== undefined) {
    if (known.provider !== trusted.provider || known.status !== 'active')
      throw refused('the user may not act now')
    return known.id
  }
  if (!trusted.create || federate === undefined) throw refused('the user is not known')
  const result = await federate({
    provider: trusted.provider,
    subject,
    name: nameOf(claims) ?? subject,
    groups: [],
    create: true,
  })
  if ('refused' in result) throw refused(`the user is refused: ${result.refused}`)
  return result.user.id
}

function nameOf({ name }: JsonObject): string | undefined {
  return typeof name === 'string' && name.trim() !== '' ? name.slice(0, 128) : undefined
}
