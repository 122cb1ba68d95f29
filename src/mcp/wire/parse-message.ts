import { GatewayError } from '../../kernel/errors.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { ErrorResponse, Message, RequestId, RpcError } from '../message.ts'
import { checkNames } from './known-names.ts'
import { type JsonLimits, memberText, parseStrict, type StrictJson } from './strict-json.ts'

/** A message of a client, with the text that it was parsed from. */
export interface ClientMessage {
  readonly message: Message
  /** As it arrived: parsed, it is exactly `message`. */
  readonly text: string
}

/** A message of a server. */
export interface ServerMessage {
  readonly message: Message
}

/** How large a message may grow in memory; its length is bounded where it is read. */
export type SizeLimits = Pick<JsonLimits, 'maxDepth' | 'maxNodes'>

export const MESSAGE_LIMITS: SizeLimits = { maxDepth: 64, maxNodes: 1_000_000 }

const MEMBERS = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error'])
const ERROR_MEMBERS = new Set(['code', 'message', 'data'])
const LONGEST = 256
const METHOD = /^[!-~]{1,256}$/

/**
 * Parses one message of a client, strictly: JSON with one reading (see `parseStrict`, numbers
 * exact), one JSON-RPC 2.0 object of exactly one of the four shapes, no member that JSON-RPC does
 * not define, no member of `params` that passes for another. Batches, which only 2025-03-26 had,
 * are refused.
 *
 * @throws GatewayError `json_malformed`, `json_ambiguous`, `batch_refused`, `message_malformed`.
 */
export function parseClientMessage(
  input: string | Uint8Array,
  limits: SizeLimits = MESSAGE_LIMITS,
): ClientMessage {
  const { value, text } = parseStrict(input, { ...limits, numbers: 'exact' })
  const root = rootOf(value)
  for (const name of Object.keys(root)) {
    if (!MEMBERS.has(name)) refuse(`\`${clip(name)}\` is no member of a JSON-RPC message`)
  }
  const message = readMessage(root)
  if ('params' in message && message.params !== undefined) checkNames(message.params)
  if (message.kind === 'error') checkError(root)
  return { message, text }
}

/**
 * Parses one message of a server. Stricter than JSON-RPC where a second reading could hide
 * something, liberal where it cannot, because the frame is written anew when the message goes on:
 * members that JSON-RPC does not define are dropped; `null` for an absent `params`, `result` or
 * `error` is taken as absent; numbers that a double cannot hold are taken, and a result keeps its
 * exact text (`resultText`).
 *
 * @throws GatewayError `upstream_malformed`.
 */
export function parseServerMessage(
  input: string | Uint8Array,
  limits: SizeLimits = MESSAGE_LIMITS,
): ServerMessage {
  try {
    const json = parseStrict(input, { ...limits, numbers: 'tolerant' })
    const message = readMessage(withoutNulls(rootOf(json.value)))
    return { message: message.kind === 'result' ? { ...message, ...resultText(json) } : message }
  } catch (thrown) {
    throw upstreamMalformed(thrown)
  }
}

function upstreamMalformed(thrown: unknown): unknown {
  if (!(thrown instanceof GatewayError)) return thrown
  const message = 'the server sent a message that cannot be read'
  return new GatewayError('upstream_malformed', message, { cause: thrown, detail: thrown.message })
}

function resultText(json: StrictJson): { readonly resultText?: string } {
  const text = memberText(json, 'result')
  return text === undefined ? {} : { resultText: text }
}

function withoutNulls(root: JsonObject): JsonObject {
  const { params, result, error, ...rest } = root
  return {
    ...rest,
    ...(params === null ? {} : { params }),
    ...(result === null ? {} : { result }),
    ...(error === null ? {} : { error }),
  }
}

function rootOf(value: Json): JsonObject {
  if (Array.isArray(value)) {
    throw new GatewayError('batch_refused', 'batches are not supported: send one message at a time')
  }
  if (!isObject(value)) refuse('a message must be a JSON object')
  return value
}

function readMessage(root: JsonObject): Message {
  const { jsonrpc, method, id, params, result, error } = root
  if (jsonrpc !== '2.0') refuse('`jsonrpc` must be `2.0`')
  if (method === undefined) {
    if (params !== undefined) refuse('a response has no `params`')
    return readResponse(id, result, error)
  }
  if (result !== undefined || error !== undefined) refuse('a request has no `result` or `error`')
  if (typeof method !== 'string' || !METHOD.test(method)) {
    refuse(`\`method\` must be 1 to ${LONGEST} visible ASCII characters`)
  }
  if (params !== undefined && !isObject(params)) refuse('`params` must be an object')
  if (id === undefined) return { kind: 'notification', method, params }
  return { kind: 'request', id: readId(id), method, params }
}

function readResponse(
  id: Json | undefined,
  result: Json | undefined,
  error: Json | undefined,
): Message {
  if (error === undefined) {
    if (!isObject(result)) refuse('a message must have a `method`, or an object as its `result`')
    return { kind: 'result', id: readId(id), result }
  }
  if (result !== undefined) refuse('a response has either a `result` or an `error`')
  return readError(id, error)
}

function readError(id: Json | undefined, error: Json): ErrorResponse {
  if (!isObject(error)) refuse('`error` must be an object')
  const { code, message, data } = error
  if (!Number.isSafeInteger(code)) refuse('`error.code` must be an integer')
  if (typeof message !== 'string') refuse('`error.message` must be a string')
  const fields: RpcError = { code: Number(code), message, ...(data === undefined ? {} : { data }) }
  // An error about a message whose id nobody could read has none.
  return { kind: 'error', id: id === undefined || id === null ? null : readId(id), error: fields }
}

function readId(id: Json | undefined): RequestId {
  if (typeof id === 'string' && id.length <= LONGEST) return id
  if (typeof id === 'number' && Number.isSafeInteger(id)) return id
  return refuse(`\`id\` must be an integer or a string of at most ${LONGEST} characters`)
}

function checkError(root: JsonObject): void {
  const names = Object.keys(root['error'] ?? {})
  if (root['id'] === undefined) refuse('an error must have an `id`')
  for (const name of names) {
    if (!ERROR_MEMBERS.has(name)) refuse(`\`${clip(name)}\` is no member of a JSON-RPC error`)
  }
}

function clip(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 40)}…`
}

function refuse(message: string): never {
  throw new GatewayError('message_malformed', message)
}
