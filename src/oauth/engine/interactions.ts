import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { errors, type Interaction as LibraryInteraction } from 'oidc-provider'
import { GatewayError } from '../../kernel/errors.ts'
import { OFFLINE_ACCESS } from '../../kernel/scope.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { cleanText } from '../../kernel/visible-text.ts'
import { cookiesOf, SESSION } from '../cookies.ts'
import type { Interaction, Interactions } from '../parts.ts'
import { sessionId } from './browser-sessions.ts'
import type { Engine } from './engine.ts'
import { PATHS } from './paths.ts'
import { pinned } from './pinned-request.ts'

const MAX_HINT = 256

/** Login and consent, for pages that ask for them. */
export function createInteractions(engine: Engine, provider: () => Provider): Interactions {
  const load = async (request: IncomingMessage, response: ServerResponse) => {
    const found = await detailsOf(provider(), pinned(engine.settings, request), response)
    return { found, interaction: await interactionOf(engine, provider(), found) }
  }
  return {
    find: async (request, response) => (await load(request, response)).interaction,
    login: async (request, response, { user, methods }) => {
      const { found } = await load(request, response)
      // At consent, too: somebody else may sit here than the one who is logged in.
      if (!['login', 'consent'].includes(found.prompt.name)) throw unknownInteraction()
      await replaceSession(engine, provider(), request, response, found, user)
      await provider().interactionFinished(
        pinned(engine.settings, request),
        response,
        { login: { accountId: user, amr: [...methods], remember: true } },
        { mergeWithLastSubmission: false },
      )
    },
    consent: async (request, response, { scopes, remember }) => {
      const { found, interaction } = await load(request, response)
      const grant = await agree(
        engine,
        interaction,
        scopes,
        remember,
        String(found.params['resource']),
      )
      await provider().interactionFinished(
        pinned(engine.settings, request),
        response,
        { consent: { grantId: grant } },
        { mergeWithLastSubmission: true },
      )
    },
    decline: async (request, response) => {
      const { interaction } = await load(request, response)
      await engine.settings.witness({
        event: 'consent.declined',
        outcome: 'refused',
        ...(interaction.user === undefined ? {} : { subject: `user:${interaction.user}` }),
        client: interaction.client.id,
        detail: { resource: interaction.resource.url, scopes: interaction.scopes },
      })
      await provider().interactionFinished(
        pinned(engine.settings, request),
        response,
        { error: 'access_denied', error_description: 'the person declined' },
        { mergeWithLastSubmission: false },
      )
    },
    session: async (request, response) => {
      const session = await sessionOf(engine, provider(), request, response)
      if (session.accountId === undefined) return undefined
      const user = await engine.settings.principals.user(session.accountId as SubjectId)
      if (user?.status !== 'active') return undefined
      const { uid, amr = [], exp } = session
      return { user: user.id, methods: amr, id: sessionId(uid), expires: Number(exp) * 1_000 }
    },
    signIn: (request, response, login) => signIn(engine, provider(), request, response, login),
    logout: (request, response) => logout(engine, provider(), request, response),
  }
}

async function detailsOf(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<LibraryInteraction> {
  try {
    const found = await provider.interactionDetails(request, response)
    const path = request.url?.split('?')[0] ?? ''
    const inPath = path.startsWith(`${PATHS.interaction}/`)
    // The cookie is bound to one path; a request elsewhere has no business with an interaction.
    if (inPath && path.split('/')[3] === found.uid) return found
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error
  }
  throw unknownInteraction()
}

async function interactionOf(
  { settings, grants }: Engine,
  provider: Provider,
  { uid, prompt, params, session }: LibraryInteraction,
): Promise<Interaction> {
  const address = String(params['resource'])
  const resource = settings.resources.find(address)
  const client = await provider.Client.find(String(params['client_id']))
  if (resource === undefined || client === undefined) throw unknownInteraction()
  if (prompt.name !== 'login' && prompt.name !== 'consent') throw unknownInteraction()
  const scopes = String(params['scope']).split(' ')
  const user = prompt.name === 'login' ? undefined : (session?.accountId as SubjectId | undefined)
  if (prompt.name === 'consent' && user === undefined) throw unknownInteraction()
  const held = user === undefined ? [] : await grants.held(user, client.clientId, address)
  return {
    uid,
    prompt: prompt.name,
    client: settings.clients.view(client.clientId, client.metadata() as never),
    redirect: String(params['redirect_uri']),
    resource,
    scopes,
    known: scopes.filter((scope) => held.includes(scope)),
    user,
    hint: hintOf(params['login_hint']),
  }
}

/** Makes the grant that the person agrees to. Witnessed before. */
async function agree(
  { settings, grants, consents }: Engine,
  { prompt, user, client, redirect, scopes: asked }: Interaction,
  scopes: readonly string[],
  remember: boolean,
  resource: string,
): Promise<string> {
  if (prompt !== 'consent' || user === undefined) throw unknownInteraction()
  const given = [...new Set(scopes)]
  if (
    !given.every((scope) => asked.includes(scope)) ||
    given.every((one) => one === OFFLINE_ACCESS)
  )
    throw new GatewayError('params_invalid', 'consent is to some of the scopes asked for')
  await settings.witness({
    event: 'consent.given',
    outcome: 'done',
    subject: `user:${user}`,
    client: client.id,
    detail: { resource, scopes: given, redirect, remember },
  })
  const grant = await grants.add({
    kind: 'user',
    subject: user,
    client: client.id,
    resource,
    scopes: given,
    actors: [],
    via: 'login',
  })
  if (remember) await consents.remember({ user, client, redirect, resource }, given, asked)
  return grant.id
}

async function sessionOf(
  { settings }: Engine,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const context = provider.createContext(pinned(settings, request), response)
  return provider.Session.get(context as never)
}

/** Begins a session under a new id; what the browser had before ends. */
async function signIn(
  engine: Engine,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  { user, methods }: { readonly user: SubjectId; readonly methods: readonly string[] },
): Promise<void> {
  const before = await sessionOf(engine, provider, request, response)
  if (before.accountId !== undefined) await before.destroy()
  const session = new provider.Session()
  session.loginAccount({ accountId: user, amr: [...methods] })
  const ttl = Math.floor(engine.settings.lifetimes.session / 1_000)
  await session.save(ttl)
  const { cookies } = provider.createContext(pinned(engine.settings, request), response)
  const secure = engine.settings.publicOrigin.startsWith('https:')
  cookies.secure = secure
  cookies.set(provider.cookieName('session'), session.jti, {
    signed: true,
    httpOnly: true,
    sameSite: 'lax',
    secure,
    path: '/',
    maxAge: ttl * 1_000,
  })
}

/**
 * The session of somebody else ends here: the one who has just proved who they are gets a new one, and
 * nothing of the old one is left for them.
 */
async function replaceSession(
  engine: Engine,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  interaction: LibraryInteraction,
  user: SubjectId,
): Promise<void> {
  const session = await sessionOf(engine, provider, request, response)
  if (session.accountId === undefined || session.accountId === user) return
  interaction.session = undefined
  await interaction.persist()
  await session.destroy()
}

async function logout(
  engine: Engine,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { settings, objects } = engine
  const session = await sessionOf(engine, provider, request, response)
  if (session.accountId === undefined) return
  await settings.witness({
    event: 'login.ended',
    outcome: 'done',
    subject: `user:${session.accountId}`,
  })
  await objects.removeByUid('Interaction', session.uid)
  await session.destroy()
  const cookies = cookiesOf(settings.publicOrigin)
  cookies.clear(response, SESSION)
  cookies.clear(response, { ...SESSION, name: `${SESSION.name}.sig` })
}

/** What a client says about who will log in: for the login field alone. */
function hintOf(hint: unknown): string | undefined {
  if (typeof hint !== 'string' || hint.length > MAX_HINT || !hint.isWellFormed()) return undefined
  const cleaned = cleanText(hint, MAX_HINT)
  return cleaned === '' ? undefined : cleaned
}

function unknownInteraction(): GatewayError {
  return new GatewayError('interaction_unknown', 'the interaction is over or of another browser')
}
