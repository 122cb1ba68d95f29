import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Message, Request } from '../../mcp/message.ts'
import { type Delivered, deliver, lostAnswer } from './deliver.ts'
import { answerError } from './host.ts'
import {
  begin,
  type Keeper,
  listen,
  openStream,
  post,
  renew,
  sessionHeaders,
} from './legacy-session.ts'
import type { Line } from './line.ts'

/** The legacy half of the bridge: one session, one stream for what belongs to no request. */
export interface Legacy {
  /** Settles when the message is dealt with; never rejects. */
  take(message: Message, bytes: Uint8Array): Promise<void>
  /** Ends the session and everything in it. */
  close(): Promise<void>
}

const MOST_RESUMES = 5
/** Milliseconds between two tries to take up a broken stream. */
const PAUSE = 500
/** Milliseconds for telling the gateway that a session is over. */
const FAREWELL = 1_000

/** The protocol of sessions over the gateway's Streamable HTTP (2025-03-26 to 2025-11-25). */
export function createLegacy(line: Line): Legacy {
  const keeper: Keeper = {
    ...line,
    closed: new AbortController(),
    session: undefined,
    initialized: undefined,
    renewal: undefined,
  }
  /** Settled when everything whose order matters has reached the gateway. */
  let ordered: Promise<void> = Promise.resolve()

  const inOrder = (run: () => Promise<void>): Promise<void> => {
    const done = ordered.then(run)
    ordered = done.catch(() => undefined)
    return done
  }
  const pass = (message: Message, bytes: Uint8Array): Promise<void> => {
    if (message.kind !== 'request') return inOrder(() => tell(keeper, message, bytes))
    if (message.method === 'initialize') return inOrder(() => begin(keeper, bytes, message))
    return ordered.then(() => ask(keeper, message, bytes))
  }
  return {
    async take(message, bytes) {
      try {
        await pass(message, bytes)
      } catch (error) {
        if (keeper.closed.signal.aborted) return
        if (message.kind === 'request') return answerError(line.host, message.id, error)
        line.host.talk(error instanceof Error ? error.message : String(error))
      }
    },
    close: () => close(keeper),
  }
}

/** Sends a request and hands its answer to the host; takes up its stream when it breaks. */
async function ask(keeper: Keeper, request: Request, bytes: Uint8Array): Promise<void> {
  const { host, maxMessage } = keeper
  const { signal } = keeper.closed
  const response = await postAgain(keeper, bytes)
  const { session } = keeper
  let delivered = await deliver(host, response, request.id, maxMessage)
  for (let tries = 0; delivered.answer === undefined; tries++) {
    if (session === undefined || delivered.eventId === '' || tries === MOST_RESUMES)
      throw lostAnswer(response)
    await sleep(PAUSE, undefined, { signal })
    const resumed = await openStream(keeper, session, delivered.eventId, signal)
    const rest: Delivered = await deliver(host, resumed, request.id, maxMessage)
    delivered = { answer: rest.answer, eventId: rest.eventId || delivered.eventId }
  }
}

/** Sends a notification, or the host's answer to a request of the server. */
async function tell(keeper: Keeper, message: Message, bytes: Uint8Array): Promise<void> {
  const response = await postAgain(keeper, bytes)
  response.resume()
  const what = 'method' in message ? message.method : 'answer'
  if (response.statusCode !== 202)
    return keeper.host.talk(`the gateway did not take \`${what}\` (${response.statusCode})`)
  if (what !== 'notifications/initialized' || keeper.session === undefined) return
  keeper.initialized = bytes
  listen(keeper, keeper.session)
}

/** Sends a message; once more in a new session when the gateway does not know this one. */
async function postAgain(keeper: Keeper, bytes: Uint8Array): Promise<IncomingMessage> {
  const { session } = keeper
  const response = await post(keeper, bytes)
  if (response.statusCode !== 404 || session === undefined) return response
  response.resume()
  await renew(keeper, session)
  return post(keeper, bytes)
}

async function close(keeper: Keeper): Promise<void> {
  const { session, http, path, closed } = keeper
  keeper.session = undefined
  closed.abort()
  session?.ended.abort()
  if (session === undefined) return
  const headers = sessionHeaders(session)
  const signal = AbortSignal.timeout(FAREWELL)
  const response = await http
    .send({ method: 'DELETE', path, headers, signal })
    .catch(() => undefined)
  response?.resume()
}
