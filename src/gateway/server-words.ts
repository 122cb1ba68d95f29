import { ERRORS } from '../kernel/errors.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { ErrorResponse, Response, RpcError } from '../mcp/message.ts'
import type { Era } from '../mcp/revision.ts'
import { losslessResult } from './lossless.ts'

/** Where the gateway speaks in `_meta`. */
export const OWN_META = 'dev.bailiwick/'

const INTERNAL = -32603
const OWN_CODES: ReadonlySet<number> = new Set(
  Object.values(ERRORS)
    .map(({ rpc }) => rpc)
    .filter((rpc) => rpc > -32000),
)
/**
 * About the message or the connection itself (JSON-RPC; 2026-07-28, "Error Codes"): at a modern
 * endpoint each means an HTTP status and says that the client's own message was wrong. What reached
 * the server was read and checked here, so from a server they are its failure.
 */
const OF_THE_TRANSPORT: ReadonlySet<number> = new Set([-32700, -32600, -32022])

/**
 * What a server answered, without what only the gateway says: its error codes, from which clients
 * and the HTTP status learn about token, session and policy, and its members of `_meta`. All else
 * stays as it is; the same object when nothing had to change.
 */
export function asServerSaid(response: Response, era: Era): Response {
  if (response.kind === 'error') return plainError(response, era)
  if (!speaksAsGateway(response.result)) return response
  const { _meta, ...others } = losslessResult(response)
  const kept = Object.entries(isObject(_meta) ? _meta : {}).filter(([key]) => !isOwn(key))
  const result = kept.length > 0 ? { ...others, _meta: Object.fromEntries(kept) } : others
  return { kind: 'result', id: response.id, result }
}

function speaksAsGateway({ _meta }: JsonObject): boolean {
  return isObject(_meta) && Object.keys(_meta).some(isOwn)
}

function isOwn(key: string): boolean {
  return key.startsWith(OWN_META)
}

function plainError(response: ErrorResponse, era: Era): ErrorResponse {
  const { code, data } = response.error
  const foreign = OWN_CODES.has(code) || (era === 'modern' && OF_THE_TRANSPORT.has(code))
  if (!foreign && !namesOwnCode(data)) return response
  return { ...response, error: wrapped(response.error, foreign) }
}

/** Errors of the gateway name their code in `data`. */
function namesOwnCode(data: Json | undefined): boolean {
  const code = isObject(data) ? data['code'] : undefined
  return typeof code === 'string' && Object.hasOwn(ERRORS, code)
}

function wrapped({ code, message, data }: RpcError, foreign: boolean): RpcError {
  const upstream = { code, ...(data === undefined ? {} : { data }) }
  return { code: foreign ? INTERNAL : code, message, data: { upstream } }
}
