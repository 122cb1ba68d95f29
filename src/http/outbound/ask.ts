import {
  type ClientRequest,
  type IncomingMessage,
  request as plainRequest,
  type RequestOptions,
} from 'node:http'
import { request as secureRequest } from 'node:https'
import type { Socket } from 'node:net'
import { GatewayError } from '../../kernel/errors.ts'
import type { FetchedDocument } from '../../kernel/fetch-document.ts'
import type { Place } from './place.ts'

/** Bytes of all response headers. */
const MAX_HEAD = 16 * 1024

/** What is asked of a host. */
export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  /** Absent: none. */
  readonly body?: string
  /** Whether it is asked in plain HTTP. */
  readonly plain?: boolean
}

/** Reads what comes back. */
type Read<T> = (response: IncomingMessage) => Promise<T>

/**
 * One GET over the connection, which ends with it. Whatever the other side does, the promise settles
 * when the signal aborts.
 *
 * @throws GatewayError `fetch_failed`.
 */
export function ask(
  place: Place,
  connection: Socket,
  maxBytes: number,
  signal: AbortSignal,
): Promise<FetchedDocument> {
  const question: Question = { method: 'GET', headers: { accept: 'application/json' } }
  return askOver(place, connection, question, signal, (response) =>
    readDocument(response, maxBytes),
  )
}

/** One question over the connection. Settles and throws as `ask` does. */
export function askOver<T>(
  { host, port, path }: Place,
  connection: Socket,
  { method, headers, body, plain = false }: Question,
  signal: AbortSignal,
  read: Read<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method,
      host,
      port,
      defaultPort: plain ? 80 : 443,
      path,
      // With a connection of its own there is no agent: no pool, and no proxy of the environment.
      createConnection: () => connection,
      headers: {
        ...headers,
        'accept-encoding': 'identity',
        'user-agent': 'bailiwick',
        connection: 'close',
      },
      maxHeaderSize: MAX_HEAD,
      insecureHTTPParser: false,
      signal,
    }
    const asked = plain ? plainRequest(options) : secureRequest(options)
    asked.on('response', (response) => {
      read(response)
        .then(resolve, reject)
        .finally(() => asked.destroy())
    })
    closedOnFailure(asked, connection, reject)
    asked.end(body)
  })
}

function closedOnFailure(
  asked: ClientRequest,
  connection: Socket,
  reject: (error: GatewayError) => void,
): void {
  asked.on('error', (error) => {
    connection.destroy()
    reject(failed('the host does not answer as it should', error))
  })
  asked.on('upgrade', (_response, socket) => {
    socket.destroy()
    reject(failed('the host does not answer as it should'))
  })
  asked.on('close', () => {
    connection.destroy()
    reject(failed('the host does not answer as it should'))
  })
}

async function readDocument(response: IncomingMessage, maxBytes: number): Promise<FetchedDocument> {
  const { statusCode: status = 0, headers } = response
  const document = {
    status,
    type: (headers['content-type'] ?? '').replace(/;.*$/s, '').trim().toLowerCase(),
    maxAge: maxAgeOf(headers['cache-control'], headers.age),
  }
  // What else than a document is said is of no interest, and can be long.
  if (status !== 200) return { ...document, text: '' }
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity')
    throw failed('the document is encoded')
  return { ...document, text: await readText(response, maxBytes) }
}

/**
 * The whole body.
 *
 * @throws GatewayError `fetch_failed` for one that is too large, breaks off, or is not UTF-8.
 */
export async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) throw failed('the document is too large')
      chunks.push(chunk)
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch (error) {
    if (error instanceof GatewayError) throw error
    throw failed('the document cannot be read', error)
  }
}

/** Seconds of freshness that are left (RFC 9111 section 4.2); 0 for what must not be kept. */
function maxAgeOf(control: string | undefined, age: string | undefined): number | undefined {
  const directives = (control ?? '').toLowerCase().split(',')
  const names = directives.map((directive) => directive.trim())
  if (names.some((name) => /^(?:no-store|no-cache)(?:=|$)/.test(name))) return 0
  const [, seconds] =
    /^max-age="?(\d{1,10})"?$/.exec(names.find((name) => name.startsWith('max-age')) ?? '') ?? []
  if (seconds === undefined) return undefined
  const passed = /^\d{1,10}$/.test(age ?? '') ? Number(age) : 0
  return Math.max(0, Number(seconds) - passed)
}

/** A failure that is not ours. */
export function failed(why: string, cause?: unknown): GatewayError {
  return new GatewayError('fetch_failed', why, cause === undefined ? {} : { cause })
}
