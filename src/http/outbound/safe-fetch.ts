import type { IncomingMessage } from 'node:http'
import type { FetchLimits } from '../../kernel/fetch-document.ts'
import type { SafeFetch, SafeRequest } from '../../kernel/safe-fetch.ts'
import { askOver, failed, type Question, readText } from './ask.ts'
import { secure } from './dial.ts'
import { connect, type OutboundOptions } from './fetch-document.ts'
import { ownPlaceOf, placeOf, refused } from './place.ts'

/** Statuses whose answers have no body (Fetch, "null body status"). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304])

/** Said by the connection, or by us: what a caller says of them is left out. */
const OWN_HEADERS =
  /^(?:host|connection|keep-alive|proxy-.*|content-length|transfer-encoding|accept-encoding|user-agent|te|trailer|upgrade|expect)$/

/** RFC 9110 sections 5.1 and 5.5, without what is not ASCII. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/
const HEADER_VALUE = /^[\t\x20-\x7e]{0,16384}$/

export interface SafeFetchOptions extends OutboundOptions {
  readonly limits: FetchLimits
}

/** Makes the fetch for hosts whose addresses others choose, by the rules of this room. */
export function createSafeFetch(options: SafeFetchOptions): SafeFetch {
  const { named = () => false, authorities, limits } = options
  return async (url, request = {}) => {
    const own = ownPlaceOf(url, named)
    const place = own ?? placeOf(url, named)
    const question = { ...questionOf(request), plain: own !== undefined }
    const signal = deadline(limits.timeout, request.signal)
    const reach = own === undefined ? (place.named ? 'named' : 'public') : 'own'
    const socket = await connect(place, options, signal, reach)
    const connection = own === undefined ? secure(socket, place, authorities) : socket
    return askOver(place, connection, question, signal, (response) =>
      readResponse(response, limits.maxBytes),
    )
  }
}

function deadline(timeout: number, given: AbortSignal | undefined): AbortSignal {
  const late = AbortSignal.timeout(timeout)
  if (given === undefined) return late
  if (given.aborted) throw failed('nobody waits for the answer any more')
  return AbortSignal.any([late, given])
}

function questionOf({ method = 'GET', headers = {}, body }: SafeRequest): Question {
  if (!['GET', 'POST', 'PUT', 'DELETE'].includes(method)) throw refused('the method is not allowed')
  const sent: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    // The value stays out of the message: it may be a credential.
    if (!HEADER_NAME.test(lower) || !HEADER_VALUE.test(value))
      throw refused('a header of the request is not one of HTTP')
    if (!OWN_HEADERS.test(lower)) sent[lower] = value
  }
  if (body === undefined) return { method, headers: sent }
  return { method, headers: { ...sent, 'content-length': String(Buffer.byteLength(body)) }, body }
}

async function readResponse(response: IncomingMessage, maxBytes: number): Promise<Response> {
  const { statusCode: status = 0, headers, rawHeaders } = response
  if (status < 200 || status > 599) throw failed('the host does not answer as it should')
  if (BODILESS.has(status)) return new Response(null, { status, headers: headersOf(rawHeaders) })
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity')
    throw failed('the answer is encoded')
  const text = await readText(response, maxBytes)
  // As bytes: a text would be given a type that nobody named.
  return new Response(new TextEncoder().encode(text), { status, headers: headersOf(rawHeaders) })
}

function headersOf(raw: readonly string[]): Headers {
  const headers = new Headers()
  try {
    for (let index = 0; index < raw.length; index += 2)
      headers.append(raw[index] ?? '', raw[index + 1] ?? '')
    return headers
  } catch (cause) {
    throw failed('the host does not answer as it should', cause)
  }
}
