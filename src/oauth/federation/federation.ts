import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Kysely } from 'kysely'
import type { CustomFetch } from 'openid-client'
import type { Accounts } from '../../kernel/accounts.ts'
import { GatewayError, toGatewayError } from '../../kernel/errors.ts'
import type { Witness } from '../../kernel/event.ts'
import type { Clock } from '../../kernel/ports.ts'
import { createSeal } from '../../kernel/seal.ts'
import type { Schema } from '../../store/schema.ts'
import { cookiesOf } from '../cookies.ts'
import type { Notice, Routes } from '../parts.ts'
import {
  answerCallback,
  callbackPath,
  LOGIN_LIFETIME,
  loginCookie,
  type Parts,
  type Return,
  random,
  takeTicket,
} from './callback.ts'
import { HEADERS } from './headers.ts'
import { openKept } from './kept.ts'
import { noticeOf } from './problem.ts'
import { openProvider, type Provider } from './provider.ts'
import { checkSettings, type ProviderSettings } from './settings.ts'

export interface FederationOptions {
  readonly providers: readonly ProviderSettings[]
  readonly accounts: Pick<Accounts, 'federate'>
  readonly db: Kysely<Schema>
  readonly witness: Witness
  readonly clock: Clock
  /** Such as `https://gateway.example`: callbacks are below it. */
  readonly publicOrigin: string
  /** 32 bytes, the same on all replicas. */
  readonly sealKey: Uint8Array
  /** Reaches the providers. Redirects, sizes, times and schemes are minded here. */
  readonly fetch: CustomFetch
  readonly log: (line: string) => void
  /**
   * Ends the interaction `uid` with the login, or begins a session and goes on to `returnTo`. The request
   * shows the interaction's own cookies.
   *
   * @throws GatewayError `interaction_unknown` when the interaction is over, or not this browser's.
   */
  readonly finish: Parts['finish']
  /** Shows a page to the person: never a redirect, nothing to run or to frame. */
  readonly show: (response: ServerResponse, notice: Notice) => void
}

/** Whether a provider can be used at this moment. */
export interface ProviderHealth {
  readonly id: string
  readonly name: string
  readonly ok: boolean
  /** What is wrong, for whoever runs the gateway. */
  readonly reason?: string
}

/** Logins at corporate OpenID providers. */
export interface Federation {
  readonly providers: readonly { readonly id: string; readonly name: string }[]
  /**
   * Sends the browser to a provider. The caller has made sure that the interaction is this browser's.
   *
   * @throws GatewayError `path_unknown` for a provider that is not there; `interaction_unknown` for what
   *   can be no interaction or no path of ours; `store_unavailable`, `too_many_requests`.
   */
  start(
    request: IncomingMessage,
    response: ServerResponse,
    asked: Return & { readonly provider: string },
  ): Promise<void>
  /** `/oauth/federation/{provider}/callback` and `/oauth/interaction/{uid}/federated`. */
  readonly routes: Routes
  check(): Promise<readonly ProviderHealth[]>
}

const UID = /^[A-Za-z0-9_-]{1,128}$/

/**
 * Opens federation. Contacts nobody: a provider that is down keeps nothing from starting.
 *
 * @throws GatewayError `internal` for settings under which a login would be unsafe.
 */
export function openFederation(options: FederationOptions): Federation {
  checkSettings(options.providers)
  const providers = new Map(
    options.providers.map((settings) => [
      settings.id,
      openProvider(settings, options.fetch, options.clock),
    ]),
  )
  const parts = partsOf(options)
  return {
    providers: options.providers.map(({ id, name }) => ({ id, name })),
    async start(_request, response, { provider: id, ...to }) {
      const provider = providers.get(id)
      if (provider === undefined)
        throw new GatewayError('path_unknown', 'there is no such identity provider')
      requireReturn(to, options.publicOrigin)
      await sendToProvider(parts, provider, response, to)
    },
    routes: (path) => route(path, parts, providers),
    check: () => Promise.all([...providers.values()].map(healthOf)),
  }
}

function partsOf(options: FederationOptions): Parts {
  const { accounts, witness, publicOrigin, log, finish, show } = options
  return {
    publicOrigin,
    accounts,
    witness,
    log,
    finish,
    kept: openKept(options.db, createSeal(options.sealKey, 'federation'), options.clock),
    cookies: cookiesOf(publicOrigin),
    show: (response, problem, known) =>
      show(response, noticeOf(problem, known?.provider, known && backTo(known.to))),
  }
}

/** Where the ways to sign in stand. */
function backTo(to: Return): string {
  return 'uid' in to ? `/oauth/interaction/${to.uid}` : to.returnTo
}

/** A path that browsers read in another way leads away from here. */
function requireReturn(to: Return, publicOrigin: string): void {
  const path = backTo(to)
  const url = URL.parse(path, publicOrigin)
  const ours = url?.origin === publicOrigin && `${url.pathname}${url.search}` === path
  if (!ours || ('uid' in to && !UID.test(to.uid)))
    throw new GatewayError('interaction_unknown', 'there is nothing of ours to go back to')
}

function route(
  path: string,
  parts: Parts,
  providers: ReadonlyMap<string, Provider>,
): ReturnType<Routes> {
  const provider = providers.get(
    /^\/oauth\/federation\/([a-z0-9-]+)\/callback$/.exec(path)?.[1] ?? '',
  )
  if (provider !== undefined)
    return answering(parts, (request, response) =>
      answerCallback(parts, provider, request, response),
    )
  const uid = /^\/oauth\/interaction\/([A-Za-z0-9_-]{1,128})\/federated$/.exec(path)?.[1]
  if (uid === undefined) return undefined
  return answering(parts, async (request, response) => {
    const end = await takeTicket(parts, uid, request, response)
    if ('reason' in end) return parts.show(response, end)
    await parts.finish(request, response, end)
  })
}

type Step = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** A handler of a step: takes GET alone, and answers failures, too. */
function answering(parts: Parts, step: Step): Step {
  return async (request, response) => {
    if (request.method !== 'GET') {
      response.writeHead(405, { ...HEADERS, allow: 'GET' })
      response.end()
      return
    }
    try {
      await step(request, response)
    } catch (thrown) {
      answerFailure(parts, response, toGatewayError(thrown))
    }
  }
}

/** A failure that is not the person's, in words that tell nothing of it. */
function answerFailure(parts: Parts, response: ServerResponse, error: GatewayError): void {
  const reason = `${error.code}: ${error.message} ${error.detail ?? ''}`
  parts.log(`federation: ${reason}`)
  const over = error.code === 'interaction_unknown'
  const kind = error.code === 'too_many_requests' ? 'throttled' : 'unavailable'
  parts.show(response, { kind: over ? 'login_unknown' : kind, reason })
}

/** Begins a login: keeps what the answer is recognized by, ties it to the browser, and redirects. */
async function sendToProvider(
  parts: Parts,
  provider: Provider,
  response: ServerResponse,
  to: Return,
): Promise<void> {
  const { id, issuer, name } = provider.settings
  const [state, nonce, verifier, browser] = [random(), random(), random(), random()]
  const redirect = new URL(callbackPath(id), parts.publicOrigin).href
  const answer = await provider.authorize({ state, nonce, verifier }, redirect)
  if ('reason' in answer) {
    parts.log(`identity provider ${id}: ${answer.kind}: ${answer.reason}`)
    return parts.show(response, answer, { provider: name, to })
  }
  await parts.kept.keep(
    { kind: 'federation-login', secret: state, bound: [id, issuer, browser] },
    'uid' in to ? to.uid : undefined,
    { to, nonce, verifier },
    LOGIN_LIFETIME,
  )
  parts.cookies.set(response, loginCookie(id, state), browser, LOGIN_LIFETIME)
  response.writeHead(303, { ...HEADERS, location: answer.url.href })
  response.end()
}

async function healthOf({ settings, problem }: Provider): Promise<ProviderHealth> {
  const { id, name } = settings
  const found = await problem()
  return found === undefined
    ? { id, name, ok: true }
    : { id, name, ok: false, reason: found.reason }
}
