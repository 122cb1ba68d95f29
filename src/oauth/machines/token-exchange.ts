import type { Agent, Principals } from '../../kernel/accounts.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { OauthError } from '../engine/oauth-error.ts'
import type { MachineGrant, MachineRequest } from '../engine/ports.ts'
import type { IssuedToken, Issuer, Resources, TokenRequest } from '../parts.ts'
import { activeAgent } from './active-agent.ts'
import { type AskedResource, askedResource, askedScopes, parameter } from './asked.ts'
import { authenticatedAgent } from './authenticated-agent.ts'
import { TOKEN_EXCHANGE } from './grant-types.ts'
import { type OwnToken, readOwnToken } from './own-token.ts'
import { JwtRefusal } from './verify-jwt.ts'

interface TokenExchangeOptions {
  /** Our own issuer identifier. */
  readonly issuer: string
  readonly principals: Principals
  readonly resources: Resources
  readonly ownKeys: () => Promise<readonly JsonObject[]>
  /** Whether something about the token was revoked after it was issued. */
  readonly isVoid: (token: OwnToken) => boolean | Promise<boolean>
  readonly now: () => number
}

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** Agents that may stand between a subject and a resource. */
const MAX_ACTORS = 4

/**
 * An agent exchanges the access token of another for one by which it acts for them (RFC 8693). What it
 * gets is never more than that token allows, nor more than the agent may, nor for longer; it belongs to
 * the grant of that token, and ends with it.
 */
export function tokenExchange(options: TokenExchangeOptions): MachineGrant {
  const { principals, resources, now } = options
  return {
    grantType: TOKEN_EXCHANGE,
    parameters: [
      'audience',
      'scope',
      'requested_token_type',
      'subject_token',
      'subject_token_type',
      'actor_token',
      'actor_token_type',
    ],
    duplicates: ['resource', 'audience'],
    async handle(request: MachineRequest, issuer: Issuer) {
      const agent = await authenticatedAgent(request, principals, now())
      checkRequested(request)
      const asked = askedResource(request, resources)
      checkAudience(request, asked, resources)
      const subject = await subjectToken(request, options)
      checkReach(subject, asked, resources)
      await checkActorToken(request, agent, options)
      checkDelegation(agent, subject, request, options)
      const scopes = askedScopes(request, asked.resource, subject.scopes, agent.scopes)
      const issued = await issueOn(issuer, {
        kind: subject.kind,
        subject: subject.subject,
        client: agent.id,
        resource: asked.url,
        scopes,
        actors: chain(agent.id, subject),
        via: 'token-exchange',
        methods: subject.methods,
        thumbprint: request.thumbprint,
        lifetime: subject.expires - now(),
        grant: subject.grant,
      })
      // Time passed while it was made: what outlives its origin is not handed out.
      if (issued.expires > subject.expires) throw refused('`subject_token` is expired')
      principals.seen('agent', agent.id)
      return { issued, scopes, tokenType: ACCESS_TOKEN }
    },
  }
}

/** A grant that ended a moment ago ends what would have come of it. */
async function issueOn(issuer: Issuer, request: TokenRequest): Promise<IssuedToken> {
  try {
    return await issuer.issue(request)
  } catch (error) {
    const over = error instanceof OauthError && error.code === 'invalid_grant'
    throw over ? refused('`subject_token` is not accepted', error.message) : error
  }
}

/** RFC 8693 section 2.2.2: a token that is not accepted makes the request invalid. */
function refused(message: string, detail?: string): OauthError {
  return new OauthError('invalid_request', message, detail === undefined ? {} : { detail })
}

function checkRequested(request: MachineRequest): void {
  const type = parameter(request, 'requested_token_type')
  if (type !== undefined && type !== ACCESS_TOKEN)
    throw refused('only access tokens can be requested')
}

/** `audience` may repeat `resource`; another place is not for this token. */
function checkAudience(
  { parameters }: MachineRequest,
  { resource }: AskedResource,
  resources: Resources,
): void {
  for (const audience of [parameters['audience'] ?? []].flat())
    if (resources.find(audience)?.url !== resource.url)
      throw new OauthError('invalid_target', '`audience` and `resource` differ')
}

/**
 * What a token does not open, no exchange of it opens: the same resource, or one of the servers where it
 * was for all of them. Scopes alone would not say so, since levels are called the same everywhere.
 */
function checkReach({ audience }: OwnToken, { resource }: AskedResource, resources: Resources) {
  const own = resources.find(audience)
  const within = resource.url === own?.url || resource.path.startsWith(`${own?.path}/`)
  if (!within)
    throw new OauthError('invalid_target', 'the resource is beyond that of `subject_token`')
}

async function subjectToken(
  request: MachineRequest,
  options: TokenExchangeOptions,
): Promise<OwnToken> {
  if (parameter(request, 'subject_token_type') !== ACCESS_TOKEN)
    throw refused('`subject_token_type` must be that of an access token')
  const token = parameter(request, 'subject_token')
  if (token === undefined) throw refused('`subject_token` is required')
  return livingToken(token, '`subject_token`', options)
}

/** A token of ours that is still good, and whose every party may still act. */
async function livingToken(
  token: string,
  name: string,
  { issuer, ownKeys, resources, principals, isVoid, now }: TokenExchangeOptions,
): Promise<OwnToken> {
  const own = await readOwnToken(token, { issuer, ownKeys, resources, now: now() }).catch(
    (error: unknown) => {
      throw error instanceof JwtRefusal ? refused(`${name} is not accepted`, error.message) : error
    },
  )
  const { kind, subject, actors } = own
  const agents = kind === 'agent' ? [subject, ...actors] : actors
  const standing = await Promise.all([
    kind === 'user' ? isActiveUser(principals, subject) : true,
    ...agents.map(async (id) => (await activeAgent(principals, id, now())) !== undefined),
  ])
  if (standing.includes(false)) throw refused(`${name} is not accepted`, 'a party may not act now')
  if (await isVoid(own)) throw refused(`${name} is not accepted`, 'revoked')
  return own
}

async function isActiveUser(principals: Principals, id: SubjectId): Promise<boolean> {
  return (await principals.user(id))?.status === 'active'
}

/** The actor is whoever authenticated: a token for another says nothing about the sender. */
async function checkActorToken(
  request: MachineRequest,
  agent: Agent,
  options: TokenExchangeOptions,
): Promise<void> {
  const token = parameter(request, 'actor_token')
  const type = parameter(request, 'actor_token_type')
  if (token === undefined && type === undefined) return
  if (token === undefined || type !== ACCESS_TOKEN)
    throw refused('`actor_token` and `actor_token_type` must be those of an access token')
  const actor = await livingToken(token, '`actor_token`', options)
  if (actor.kind !== 'agent' || actor.subject !== agent.id || actor.actors.length > 0)
    throw refused('`actor_token` is not of this client')
  checkBinding(actor, request, '`actor_token`')
}

function checkDelegation(
  agent: Agent,
  subject: OwnToken,
  request: MachineRequest,
  { issuer }: TokenExchangeOptions,
): void {
  if (subject.kind === 'user' && !agent.mayActForUsers)
    throw new OauthError('unauthorized_client', 'this agent may not act for users')
  checkBinding(subject, request, '`subject_token`')
  const { mayAct } = subject
  if (mayAct !== undefined && !names(mayAct, agent.id, issuer))
    throw refused('`subject_token` names another actor')
  if (chain(agent.id, subject).length > MAX_ACTORS)
    throw refused('too many parties act for the subject')
}

/** RFC 9449: a bound token is worth nothing without a proof by its key, here as anywhere. */
function checkBinding({ thumbprint }: OwnToken, request: MachineRequest, name: string): void {
  if (thumbprint !== undefined && thumbprint !== request.thumbprint)
    throw refused(`${name} is bound to a key that was not proved`)
}

/** Whether `may_act` is this agent, by every member (RFC 8693 section 4.4). */
function names({ sub, iss, ...rest }: JsonObject, agent: SubjectId, issuer: string): boolean {
  return sub === agent && (iss === undefined || iss === issuer) && Object.keys(rest).length === 0
}

/** Outermost first. An agent that narrows what it holds already is not its own delegate. */
function chain(agent: SubjectId, { kind, subject, actors }: OwnToken): readonly SubjectId[] {
  const holder = actors[0] ?? (kind === 'agent' ? subject : undefined)
  return holder === agent ? actors : [agent, ...actors]
}
