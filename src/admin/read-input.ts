import type { IncomingMessage, ServerResponse } from 'node:http'
import { GatewayError } from '../kernel/errors.ts'
import { isObject, type JsonObject } from '../kernel/json.ts'
import type { FoundOperation } from './find-operation.ts'

const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i
/** Of a body, unless its operation says otherwise. */
const MOST_BYTES = 65_536
/** What is wrong with an input is told of so many members at the most. */
const MOST_FAULTS = 20

/**
 * Reads what a request asks of an operation, from its path, its query or its body.
 *
 * @throws GatewayError `params_invalid` with the members that are wrong; `content_type_refused`,
 *   `body_too_large`, `json_malformed`, `message_malformed`, `cancelled`.
 */
export async function readInput(
  request: IncomingMessage,
  response: ServerResponse,
  { operation, members }: FoundOperation,
): Promise<unknown> {
  const query = queryOf(request)
  const inQuery = operation.method === 'GET' || operation.method === 'DELETE'
  if (!inQuery && query.size > 0)
    throw new GatewayError('message_malformed', 'what is to be changed stands in the body')
  const asked = inQuery
    ? Object.fromEntries(query)
    : await bodyOf(request, response, operation.bytes)
  const version = versionOf(request, operation)
  const twice = Object.keys(members).find((name) => Object.hasOwn(asked, name))
  if (twice !== undefined)
    throw new GatewayError('params_invalid', `\`${twice}\` stands in the path already`)
  if (version !== undefined && operation.version !== undefined) {
    if (Object.hasOwn(asked, operation.version))
      throw new GatewayError(
        'params_invalid',
        `\`${operation.version}\` stands in \`If-Match\` already`,
      )
    Object.assign(asked, { [operation.version]: version })
  }
  const read = operation.input.safeParse({ ...asked, ...members })
  if (read.success) return read.data
  const errors = read.error.issues
    .slice(0, MOST_FAULTS)
    .map(({ path, message }) => ({ member: path.map(String).join('.').slice(0, 200), message }))
  const [first] = errors
  throw new GatewayError(
    'params_invalid',
    `${first === undefined || first.member === '' ? 'the request' : `\`${first.member}\``}: ${first?.message.slice(0, 200)}`,
    { data: { errors } },
  )
}

const STRONG_TAG = /^"([\x21\x23-\x7e]{1,256})"$/

/**
 * What `If-Match` says is changed (RFC 9110 section 13.1.1): one version, since a change is of what its
 * author saw. Numbers are told as such.
 */
function versionOf(
  { headers }: IncomingMessage,
  { version }: FoundOperation['operation'],
): string | number | undefined {
  const condition = headers['if-match']
  if (condition === undefined) return undefined
  const tag = STRONG_TAG.exec(condition)?.[1]
  if (version === undefined || tag === undefined)
    throw new GatewayError('version_conflict', 'this is no version of what is to be changed')
  return /^\d{1,15}$/.test(tag) ? Number(tag) : tag
}

function queryOf({ url = '' }: IncomingMessage): Map<string, string> {
  const start = url.indexOf('?')
  const query = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(start < 0 ? '' : url.slice(start + 1))) {
    if (query.has(name))
      throw new GatewayError('message_malformed', 'a member of the query stands there twice')
    query.set(name, value)
  }
  return query
}

async function bodyOf(
  request: IncomingMessage,
  response: ServerResponse,
  most = MOST_BYTES,
): Promise<JsonObject> {
  const bytes = await bytesOf(request, response, most)
  if (bytes.length === 0) return {}
  const { headers } = request
  const coding = headers['content-encoding'] ?? 'identity'
  if (!JSON_TYPE.test(headers['content-type'] ?? '') || coding !== 'identity')
    throw new GatewayError('content_type_refused', 'the body must be `application/json`')
  const value = parsed(bytes)
  if (value === undefined) throw new GatewayError('json_malformed', 'the body is not JSON')
  if (!isObject(value)) throw new GatewayError('params_invalid', 'the body is not an object')
  return value
}

/** Undefined for what is not JSON in valid UTF-8. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

function bytesOf(
  request: IncomingMessage,
  response: ServerResponse,
  most: number,
): Promise<Buffer> {
  const tooLarge = (): GatewayError =>
    new GatewayError('body_too_large', `the body is larger than ${most} bytes`)
  if (Number(request.headers['content-length'] ?? 0) > most) return Promise.reject(tooLarge())
  if (request.headers.expect !== undefined) response.writeContinue()
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= most) chunks.push(chunk)
      else reject(tooLarge())
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('close', () => reject(new GatewayError('cancelled', 'the client left')))
  })
}
