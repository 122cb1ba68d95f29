import type { IncomingHttpHeaders } from 'node:http'
import type { RequestAuthorizer } from '../../kernel/credential.ts'
import { GatewayError, toGatewayError } from '../../kernel/errors.ts'
import {
  type HttpCall,
  type HttpExchange,
  type HttpReply,
  type HttpSink,
  sendOnce,
} from './http-exchange.ts'
import { type HttpTarget, RESERVED } from './http-target.ts'

/** How often one request is sent at most: the first time, with a nonce, with a new token. */
const MOST_ATTEMPTS = 3

const ALWAYS_ALLOWED = ['authorization', 'dpop']
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/i
const HEADER_VALUE = /^[\t\x20-\x7e]{1,16384}$/
/** RFC 9449 section 8.1. */
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/

const NOWHERE = { lastEventId: '', retry: undefined } as const

/**
 * Sends one HTTP request as `sendOnce` does, with what the target's authorizer shows the server. A server
 * that refuses (401, 403) is sent the request again with fresh headers while the authorizer wants that, a
 * few times at most. What the authorizer throws reaches the sink as it is, and nothing is sent.
 */
export function exchange(target: HttpTarget, call: HttpCall, sink: HttpSink): HttpExchange {
  const { authorizer } = target
  if (authorizer !== undefined) return authorized(target, authorizer, call, sink)
  try {
    return sendOnce(target, call, sink)
  } catch (error) {
    sink.onError(toGatewayError(error))
    return { abort: () => {}, release: () => {}, position: () => NOWHERE }
  }
}

function authorized(
  target: HttpTarget,
  authorizer: RequestAuthorizer,
  call: HttpCall,
  sink: HttpSink,
): HttpExchange {
  const asked = { method: call.method, url: target.url.href }
  let current: HttpExchange | undefined
  let over = false

  const fail = (error: unknown): void => {
    if (over) return
    over = true
    sink.onError(toGatewayError(error))
  }
  const send = (given: readonly string[], attempts: number): void => {
    if (over) return
    const shown = checked(given, authorizer, target.server)
    current = sendOnce(target, { ...call, shown }, sinkOf(shown, attempts))
  }
  const begin = (attempts: number): void => {
    try {
      const given = authorizer.headers(asked)
      if (given instanceof Promise) given.then((late) => send(late, attempts)).catch(fail)
      else send(given, attempts)
    } catch (error) {
      fail(error)
    }
  }
  const refused = async (reply: HttpReply, shown: readonly string[], attempts: number) => {
    const again = await authorizer.refused({
      ...asked,
      ...refusalOf(reply),
      sent: shown,
      attempts,
    })
    if (over) return
    if (again && attempts + 1 < MOST_ATTEMPTS) begin(attempts + 1)
    else sink.onReply(reply)
  }
  const sinkOf = (shown: readonly string[], attempts: number): HttpSink => ({
    onReply: (reply) => {
      if (reply.status === 401 || reply.status === 403) refused(reply, shown, attempts).catch(fail)
      else {
        hear(authorizer, reply.headers)
        sink.onReply(reply)
      }
    },
    onStream: (headers) => {
      hear(authorizer, headers)
      sink.onStream?.(headers)
    },
    onEvent: sink.onEvent,
    onEnd: sink.onEnd,
    onError: fail,
  })
  begin(0)
  return {
    abort: () => {
      over = true
      current?.abort()
    },
    release: () => {
      over = true
      current?.release()
    },
    position: () => current?.position() ?? NOWHERE,
  }
}

function refusalOf({ status, challenges = [], headers }: HttpReply) {
  const nonce = nonceIn(headers)
  return {
    status: status === 401 ? 401 : 403,
    challenges,
    ...(nonce === undefined ? {} : { nonce }),
  } as const
}

function hear(authorizer: RequestAuthorizer, headers: IncomingHttpHeaders): void {
  const nonce = nonceIn(headers)
  try {
    if (nonce !== undefined) authorizer.heard?.(nonce)
  } catch {
    // The answer is good whatever becomes of the next proof.
  }
}

function nonceIn(headers: IncomingHttpHeaders): string | undefined {
  const nonce = headers['dpop-nonce']
  return typeof nonce === 'string' && NONCE.test(nonce) ? nonce : undefined
}

/**
 * What may be shown. The values stay out of every message.
 *
 * @throws GatewayError `credential_unavailable`.
 */
function checked(
  given: readonly string[],
  { names = [] }: RequestAuthorizer,
  server: string,
): readonly string[] {
  const said = new Set<string>()
  for (let index = 0; index < given.length; index += 2) {
    const name = (given[index] ?? '').toLowerCase()
    const fault = said.has(name) ? 'is there twice' : faultIn(name, given[index + 1], names)
    if (fault !== undefined)
      throw new GatewayError(
        'credential_unavailable',
        `what server \`${server}\` would be shown cannot stand in headers`,
        // What is no name may be a value in the wrong place.
        { detail: HEADER_NAME.test(name) ? `\`${name}\` ${fault}` : 'a name is not one of HTTP' },
      )
    said.add(name)
  }
  return given
}

function faultIn(
  name: string,
  value: string | undefined,
  names: readonly string[],
): string | undefined {
  if (!HEADER_NAME.test(name) || RESERVED.test(name)) return 'is set by the protocol'
  if (!ALWAYS_ALLOWED.includes(name) && !names.includes(name)) return 'was named by nobody'
  return HEADER_VALUE.test(value ?? '') ? undefined : 'has a value that is not one line of text'
}
