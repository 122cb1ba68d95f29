import type { IncomingHttpHeaders } from 'node:http'
import type { Message, Notification, Response } from '../message.ts'
import type { Revision } from '../revision.ts'
import { messageText } from '../wire/serialize.ts'
import { upstreamFailure } from './failure.ts'
import {
  INITIALIZED,
  initializeRequest,
  type Opening,
  ownOutbound,
  readInitialize,
} from './handshake.ts'
import { matching, readMessage, readReply, refusal } from './http-answer.ts'
import { exchange } from './http-authorized.ts'
import { accepted, deliver } from './http-deliver.ts'
import type { HttpReply, HttpSink } from './http-exchange.ts'
import { createSessionHeaders, type SessionHeaders } from './http-session.ts'
import type { HttpTarget } from './http-target.ts'
import type { Link, Outbound } from './link.ts'
import { cancelledNotification, renumbered } from './renumber.ts'
import type { Run } from './run.ts'
import { createRuns, type Runs } from './runs.ts'
import { answerServerRequests, type Respondent, type ServerRequests } from './server-requests.ts'
import { type Follower, followStream } from './sse-follow.ts'

interface LegacyOptions {
  readonly target: HttpTarget
  readonly maxMessage: number
}

/** One session with a legacy server: what its streams have in common. */
interface Session extends LegacyOptions {
  readonly opening: Opening
  readonly headers: SessionHeaders
  readonly runs: Runs
  readonly serverRequests: ServerRequests
  /** Ends the session for new requests. */
  readonly lose: () => void
}

// Milliseconds for a message that is sent without anyone waiting for it.
const QUIET_TIMEOUT = 5_000

/**
 * Opens a session over legacy Streamable HTTP (2025-11-25, basic/transports): `initialize`, then
 * a POST for each message and one GET stream for what belongs to none. A session that the server
 * has forgotten closes the link.
 *
 * @param timeout - milliseconds for the handshake.
 * @throws GatewayError of family `upstream`.
 */
export async function openLegacyHttp(
  options: LegacyOptions,
  opening: Opening,
  revision: Revision,
  timeout: number,
): Promise<Link> {
  const { server, face } = opening
  const headers = createSessionHeaders(server)
  const closed = Promise.withResolvers<void>()
  const runs = createRuns(server)
  let open = true
  let standing: Follower | undefined
  const lose = (): void => {
    open = false
    standing?.abort()
    closed.resolve()
  }
  const serverRequests = answerServerRequests((response) => post(session, messageText(response)))
  const session: Session = { ...options, opening, headers, runs, serverRequests, lose }
  const gone = () => upstreamFailure('upstream_failed', server, 'the link is closed')
  const close = async (): Promise<void> => {
    open = false
    standing?.abort()
    runs.failAll(gone())
    await endSession(session)
    closed.resolve()
  }
  try {
    const outbound = ownOutbound(initializeRequest(face, revision), opening, timeout)
    const claims = readInitialize(await request(session, outbound), server)
    headers.settle(claims.revision)
    await notify(session, INITIALIZED, timeout)
    standing = listen(session)
    return {
      era: 'legacy',
      claims,
      closed: closed.promise,
      request: (asked) => (open ? request(session, asked) : Promise.reject(gone())),
      notify: (notification) => notify(session, notification, QUIET_TIMEOUT),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function request(session: Session, outbound: Outbound): Promise<Response> {
  const method = outbound.request.method
  let stream: Follower | undefined
  const run = session.runs.start(outbound, {
    onStop: ({ id }) => {
      // 2025-11-25, basic/utilities/cancellation: `initialize` must not be cancelled.
      if (method !== 'initialize') post(session, messageText(cancelledNotification(id)))
    },
    onSettled: (how) => stream?.[how === 'answered' ? 'release' : 'abort'](),
  })
  if (!run.settled()) stream = carry(session, run)
  return run.promise
}

/** Sends a run's request and follows its stream to the answer. */
function carry(session: Session, run: Run): Follower {
  const { target, headers, maxMessage, opening } = session
  const body = messageText(renumbered(run.outbound.request, Number(run.id)))
  return followStream({
    server: opening.server,
    purpose: 'answer',
    first: (sink) =>
      exchange(target, { method: 'POST', headers: headers.post(), body, maxMessage }, sink),
    resume: (lastEventId, sink) => get(session, lastEventId, sink),
    onStream: (received) => {
      adopt(session, run, received)
      run.outbound.onStream?.('open')
    },
    onPause: () => run.outbound.onStream?.('paused'),
    onReply: (reply) => attempt(run, () => answered(session, run, reply)),
    onData: (data) => attempt(run, () => received(session, run, readMessage(data, opening.server))),
    onLost: run.fail,
  })
}

function answered(session: Session, run: Run, reply: HttpReply): void {
  const { server } = session.opening
  if (session.headers.lost(reply)) {
    session.lose()
    throw refusal(reply.status, server)
  }
  adopt(session, run, reply.headers)
  run.answer(readReply(reply, run.id, server))
}

/** Takes one message from the stream of `run`. */
function received(session: Session, run: Run, message: Message): void {
  const { onRequest } = run.outbound
  const { server } = session.opening
  if (message.kind === 'result' || message.kind === 'error')
    run.answer(matching(message, run.id, server))
  else unanswered(session, message, { onRequest, onNotification: run.notify })
}

/** Takes what is no answer, from any stream, to `respondent`, or to whom it names. */
function unanswered(
  session: Session,
  message: Exclude<Message, Response>,
  respondent: Respondent,
): void {
  if (message.kind === 'request') session.serverRequests.take(message, respondent)
  else if (message.method === 'notifications/progress') session.runs.progress(message)
  else if (message.method === 'notifications/cancelled') session.serverRequests.cancelled(message)
  else respondent.onNotification(message)
}

/** Opens the stream for what belongs to no request. A server without one (405) is fine. */
function listen(session: Session): Follower {
  const { server, listener } = session.opening
  return followStream({
    server,
    purpose: 'standing',
    first: (sink) => get(session, '', sink),
    resume: (lastEventId, sink) => get(session, lastEventId, sink),
    onReply: () => {},
    onLost: () => {},
    onData: (data) => {
      const message = readable(data, server)
      if (message === undefined) return
      if (message.kind === 'request' || message.kind === 'notification')
        unanswered(session, message, listener)
      // Not allowed here, but ours by its id, and sent by servers all the same.
      else session.runs.get(message.id)?.answer(message)
    },
  })
}

function get(session: Session, lastEventId: string, sink: HttpSink): ReturnType<typeof exchange> {
  const { target, headers, maxMessage } = session
  return exchange(target, { method: 'GET', headers: headers.get(lastEventId), maxMessage }, sink)
}

/** The session begins with the headers of the answer to `initialize`. */
function adopt(session: Session, run: Run, headers: IncomingHttpHeaders): void {
  if (run.outbound.request.method !== 'initialize') return
  attempt(run, () => session.headers.begin(headers['mcp-session-id']))
}

async function notify(
  session: Session,
  notification: Notification,
  timeout: number,
): Promise<void> {
  const { target, headers, maxMessage, opening } = session
  const body = messageText(notification)
  const call = { method: 'POST', headers: headers.post(), body, maxMessage, timeout } as const
  const reply = await deliver(target, call)
  if (!accepted(reply)) throw refusal(reply.status, opening.server)
}

/** Sends what nobody waits for. That it fails is learnt from what does wait. */
function post(session: Session, body: string): void {
  const { target, headers, maxMessage } = session
  const call = { method: 'POST', headers: headers.post(), body, maxMessage } as const
  deliver(target, { ...call, timeout: QUIET_TIMEOUT }).catch(() => {})
}

/** Tells the server that its session is over; it may not care (405). */
async function endSession(session: Session): Promise<void> {
  const { target, headers, maxMessage } = session
  if (!headers.held()) return
  const call = { method: 'DELETE', headers: headers.get(''), maxMessage } as const
  await deliver(target, { ...call, timeout: QUIET_TIMEOUT }).catch(() => {})
}

function attempt(run: Run, action: () => void): void {
  try {
    action()
  } catch (error) {
    run.fail(error)
  }
}

function readable(data: string, server: string): Message | undefined {
  try {
    return readMessage(data, server)
  } catch {
    // On a stream that nobody waits on, what cannot be read concerns nobody.
    return undefined
  }
}
