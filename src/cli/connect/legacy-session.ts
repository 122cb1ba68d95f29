import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { GatewayError } from '../../kernel/errors.ts'
import type { Message, Request } from '../../mcp/message.ts'
import { parseServerMessage } from '../../mcp/wire/parse-message.ts'
import { readAnswer } from '../gateway-answer.ts'
import { deliver, lostAnswer } from './deliver.ts'
import { type Line, POST_HEADERS } from './line.ts'

/** A session at the gateway (2025-11-25, Streamable HTTP, "Session Management"). */
export interface Session {
  readonly id: string
  readonly revision: string
  /** As the host sent it, to begin again when the gateway has forgotten the session. */
  readonly initialize: Uint8Array
  /** Aborted when another session takes its place: ends its stream. */
  readonly ended: AbortController
}

/** The one session of a bridge, and what it takes to keep it. */
export interface Keeper extends Line {
  readonly closed: AbortController
  session: Session | undefined
  /** The host's `notifications/initialized`, as it sent it. */
  initialized: Uint8Array | undefined
  renewal: Promise<void> | undefined
}

/** Milliseconds before a broken stream is opened again: the first time, and at most. */
const PAUSE = { first: 500, most: 30_000 }

/** Sends a message of the host; before there is a session, without one. */
export function post(keeper: Keeper, bytes: Uint8Array): Promise<IncomingMessage> {
  const { http, path, session, closed } = keeper
  const headers = { ...POST_HEADERS, ...(session && sessionHeaders(session)) }
  // Not the session's own: what is on its way when a session is begun again asks for itself.
  const { signal } = closed
  return http.send({ method: 'POST', path, headers, body: bytes, signal })
}

/** Opens a stream of the session, or takes one up again behind the event `lastEventId`. */
export function openStream(
  { http, path }: Line,
  session: Session,
  lastEventId: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const resume = lastEventId === '' ? {} : { 'last-event-id': lastEventId }
  const headers = { ...sessionHeaders(session), accept: 'text/event-stream', ...resume }
  return http.send({ method: 'GET', path, headers, signal })
}

/**
 * Begins a session.
 *
 * @param bytes the host's `initialize`.
 * @param request the same, parsed, when the host waits for its answer.
 * @throws GatewayError `upstream_failed` when no answer comes.
 */
export async function begin(keeper: Keeper, bytes: Uint8Array, request?: Request): Promise<void> {
  const { http, host, path, maxMessage, closed } = keeper
  const { signal } = closed
  const asked = { method: 'POST', path, headers: POST_HEADERS, body: bytes, signal } as const
  const response = await http.send(asked)
  const id = response.headers['mcp-session-id']
  const answer =
    request === undefined
      ? await readResponse(response, maxMessage)
      : (await deliver(host, response, request.id, maxMessage)).answer
  if (answer === undefined) throw lostAnswer(response)
  const revision = answer.kind === 'result' ? answer.result['protocolVersion'] : undefined
  if (typeof id !== 'string' || typeof revision !== 'string') return
  keeper.session?.ended.abort()
  keeper.session = { id, revision, initialize: bytes, ended: new AbortController() }
}

/**
 * Begins again with a gateway that has forgotten the session, such as after a restart.
 *
 * @throws GatewayError `session_unknown` when that does not succeed.
 */
export function renew(keeper: Keeper, lost: Session): Promise<void> {
  if (keeper.session !== lost) return Promise.resolve()
  keeper.renewal ??= again(keeper, lost).finally(() => {
    keeper.renewal = undefined
  })
  return keeper.renewal
}

async function again(keeper: Keeper, lost: Session): Promise<void> {
  keeper.host.talk('the gateway has forgotten the session; beginning it again')
  await begin(keeper, lost.initialize)
  const { session, initialized } = keeper
  // The host goes on as agreed at first: another revision would surprise it.
  if (session === undefined || session === lost || session.revision !== lost.revision)
    throw new GatewayError('session_unknown', 'the session is lost; connect again')
  if (initialized === undefined) return
  const response = await post(keeper, initialized)
  response.resume()
  listen(keeper, session)
}

/** Keeps the stream for messages that belong to no request open, as long as the session lives. */
export function listen(keeper: Keeper, session: Session): void {
  follow(keeper, session).catch((error) => {
    if (session.ended.signal.aborted) return
    const why = error instanceof Error ? error.message : String(error)
    keeper.host.talk(`no more news from the gateway: ${why}`)
  })
}

async function follow(keeper: Keeper, session: Session): Promise<void> {
  const { signal } = session.ended
  let last = ''
  let pause = PAUSE.first
  while (!signal.aborted) {
    const response = await openStream(keeper, session, last, signal).catch(() => undefined)
    const status = response?.statusCode
    if (response !== undefined && status === 200) {
      pause = PAUSE.first
      last = (await forward(keeper, response)) || last
    } else response?.resume()
    // No such stream is offered, or nothing more will ever come on it.
    if (status === 405 || status === 204) return
    if (status === 404) return renew(keeper, session)
    await sleep(pause, undefined, { signal })
    pause = Math.min(pause * 2, PAUSE.most)
  }
}

/** Hands a stream to the host; gives the id to resume from. */
async function forward({ host, maxMessage }: Line, response: IncomingMessage): Promise<string> {
  let last = ''
  try {
    for await (const { text, eventId } of readAnswer(response, maxMessage)) {
      last = eventId
      if (text !== '') await host.write(text)
    }
  } catch (error) {
    // Its own bounds and rules are final; a connection that breaks is opened again.
    if (error instanceof GatewayError) throw error
  }
  return last
}

async function readResponse(
  response: IncomingMessage,
  maxMessage: number,
): Promise<Message | undefined> {
  let last = ''
  for await (const { text } of readAnswer(response, maxMessage)) last = text || last
  return last === '' ? undefined : parseServerMessage(last).message
}

/** The headers that every request of a session has. */
export function sessionHeaders({ id, revision }: Session) {
  return { 'mcp-session-id': id, 'mcp-protocol-version': revision }
}
