import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Authenticator, Credentials, Sender } from '../kernel/authentication.ts'
import { GatewayError, toGatewayError } from '../kernel/errors.ts'
import type { RandomId } from '../kernel/ports.ts'
import { type Caller, callerOf, requireLevel, requirePermission } from './caller.ts'
import { type ConsoleDoor, isOfConsole, senderOfSession } from './console-session.ts'
import { findOperation } from './find-operation.ts'
import { type LiveOptions, type LiveStreams, liveStreams } from './live/live-streams.ts'
import { showNews } from './live/show-news.ts'
import { openApiDocument } from './openapi.ts'
import type { Administration } from './ports.ts'
import { sendAnswer, sendLook, sendProblem } from './problem.ts'
import { readInput } from './read-input.ts'
import { type Strangers, strangersWitness } from './strangers.ts'
import { connectRoutes } from './vault/connect-routes.ts'

export type { ExplainedCall, Explanations } from './calls/explanation-ports.ts'
export type { ChainCheck, Evidence } from './calls/ports.ts'
export type { Flow, Flows, GraphSource } from './graph/ports.ts'
export type { LiveNews, LiveSource } from './live/live-news.ts'
export type { Api } from './operations.ts'
export type { OverviewSource, PostureFacts } from './overview/ports.ts'
export type { Administration, CheckedSource, TrustedSource } from './ports.ts'
export type { Dependant, ServerCredential, Vault } from './vault/ports.ts'

/** The resource that tokens for the administration are for. */
const RESOURCE = '/admin'
/** Where its operations begin. */
export const ADMIN_ROOT = '/admin/api/v1'

export interface AdminOptions {
  readonly administration: Administration
  readonly authenticator: Authenticator
  readonly console: ConsoleDoor
  readonly live: LiveOptions
  /** As clients see it: a proxy may end TLS for us. */
  readonly scheme: 'http' | 'https'
  readonly randomId: RandomId
  /** For failures that are not a client's fault. Never given a secret. */
  readonly log: (line: string) => void
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** The administration, ready to answer. */
export interface Admin {
  /** By path; undefined for one that is neither below `ADMIN_ROOT` nor about connecting to servers. */
  readonly routes: (path: string) => Handler | undefined
  /** Ends the answers that go on by themselves. */
  close(): void
}

/**
 * The control plane over HTTP: JSON, for whoever's roles allow it, with a token of the resource `/admin`
 * or, in the console, with the login session of the browser. Each answer of a change is sent once it counts.
 */
export function openAdmin(options: AdminOptions): Admin {
  const streams = liveStreams(options.live, showNews(options.administration.approvals))
  const strangers = strangersWitness(options.administration.records.witness, options.live.clock)
  const opened = { ...options, streams, strangers }
  const { vault, records } = options.administration
  const { witness } = records
  const connecting = vault === undefined ? undefined : connectRoutes({ ...options, vault, witness })
  return {
    routes: (path) =>
      path.startsWith(`${ADMIN_ROOT}/`)
        ? (request, response) => answer(opened, path, request, response)
        : connecting?.(path),
    close: streams.close,
  }
}

interface Opened extends AdminOptions {
  readonly streams: LiveStreams
  readonly strangers: Strangers
}

/** Who sends a request, and in which way it is known. */
interface Sending {
  readonly sender: Sender
  readonly way: Caller['way']
  /** Who it is at this moment, looked up anew. */
  readonly again: () => Promise<Sender | undefined>
}

async function answer(
  options: Opened,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const credentials = credentialsOf(options, path, request)
  const owed: string[] = []
  try {
    const sending = await authenticated(options, credentials, request, response, owed)
    await perform(options, path, request, response, sending, owed)
  } catch (thrown) {
    const error = toGatewayError(thrown)
    const requestId = options.randomId()
    if (error.code === 'internal')
      options.log(`admin: an operation failed (request ${requestId}): ${textOf(error.cause)}`)
    const asked = error.code === 'login_required' ? NO_TOKEN : error
    const challenge = options.authenticator.challenge(asked, credentials)
    sendProblem(request, response, error, requestId, [...challenge, ...owed])
  }
}

/** Each 401 says how to do better (RFC 9110 section 15.5.2). */
const NO_TOKEN = new GatewayError('token_missing', 'a token is needed')

async function authenticated(
  { authenticator, console, live }: Opened,
  credentials: Credentials,
  request: IncomingMessage,
  response: ServerResponse,
  owed: string[],
): Promise<Sending> {
  if (isOfConsole(request)) {
    const sender = await senderOfSession(console, request, response)
    return { sender, way: 'session', again: () => console.session(request, response) }
  }
  const { headers = [], ...sender } = await authenticator.authenticate(credentials)
  owed.push(...headers)
  return { sender, way: 'token', again: () => live.again(sender) }
}

async function perform(
  { administration, streams, strangers }: Opened,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  { sender, way, again }: Sending,
  owed: readonly string[],
): Promise<void> {
  const caller = callerOf(sender, way)
  // Who has no role learns nothing of what there is; that they came is on record.
  if (!caller.permissions.has('self')) await strangers(caller, path)
  requirePermission(caller, 'self')
  requireLevel(sender, 'read')
  if (path === `${ADMIN_ROOT}/live`) {
    requireGet(request)
    return streams.open({ response, sender, way, again })
  }
  if (path === `${ADMIN_ROOT}/openapi.json`) {
    requireGet(request)
    return sendLook(request, response, openApiDocument(), owed)
  }
  const asked = findOperation(request.method ?? '', path.slice(ADMIN_ROOT.length))
  const { operation } = asked
  requirePermission(caller, operation.needs)
  requireLevel(sender, operation.level)
  const input = await readInput(request, response, asked)
  const site = { ...administration.actingAs(caller.actor), administration, caller }
  try {
    const result = operation.output.parse(await operation.run(site, input as never))
    if (operation.level === 'write') await administration.settled()
    if (operation.method === 'GET') sendLook(request, response, result, owed)
    else sendAnswer(response, operation.status, result, owed)
  } catch (error) {
    // Of what takes several steps, some may have been done.
    if (operation.level === 'write') await administration.settled()
    throw error
  }
}

function requireGet({ method }: IncomingMessage): void {
  if (method !== 'GET')
    throw new GatewayError('verb_refused', 'this path takes GET', { data: { allow: ['GET'] } })
}

function credentialsOf(
  { scheme }: AdminOptions,
  path: string,
  { headers, method = '' }: IncomingMessage,
): Credentials {
  const { authorization, dpop, host = '' } = headers
  return {
    authorization,
    dpop: typeof dpop === 'string' ? dpop : undefined,
    method,
    origin: `${scheme}://${host.toLowerCase()}`,
    path: RESOURCE,
    target: path,
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}
