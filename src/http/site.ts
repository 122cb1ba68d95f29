import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Sender } from '../kernel/authentication.ts'
import type { GatewayError } from '../kernel/errors.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { Endpoint, Gateway } from '../mcp/exchange.ts'
import type { Limits } from './limits.ts'
import type { Quota } from './quota.ts'
import type { Running } from './running.ts'
import type { Sessions } from './sessions.ts'

/** What all requests to one listener share. */
export interface Site {
  readonly gateway: Gateway
  readonly limits: Limits
  readonly clock: Clock
  readonly randomId: RandomId
  readonly log: (line: string) => void
  readonly quota: Quota
  readonly running: Running
  readonly sessions: Sessions
}

/** One HTTP request, authenticated, on an MCP path. */
export interface Incoming {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly endpoint: Endpoint
  /** Who sends it, and by what right. */
  readonly sender: Sender
  /** The subject and all who act for it, as one key. */
  readonly principal: string
  /** The principal and its client, as one key: whose state this request may touch. */
  readonly holder: string
  /** Headers that go with a refusal, names and values in turn. */
  readonly challenge: (error: GatewayError) => readonly string[]
}

/** The longest time that a timer of Node can wait. */
const MAX_WAIT = 2 ** 31 - 1

/** Does something when the token that opened a stream is over: no stream outlives its token. */
export function atExpiry(
  { clock }: Pick<Site, 'clock'>,
  { authorization }: Sender,
  act: () => void,
): NodeJS.Timeout {
  const left = Math.max(0, authorization.expires - clock())
  return setTimeout(act, Math.min(left, MAX_WAIT)).unref()
}

const NONE: readonly string[] = []

/** Sends a whole JSON body. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: string,
  headers: readonly string[] = NONE,
): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, [
    'content-type',
    'application/json',
    'content-length',
    String(Buffer.byteLength(body)),
    'cache-control',
    'no-store',
    ...headers,
  ])
  response.end(body)
}

/** Sends a status without a body. */
export function sendEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status, status === 204 ? [] : ['content-length', '0'])
  response.end()
}
