import { ERRORS } from '../kernel/errors.ts'
import { isObject, type Json } from '../kernel/json.ts'
import type { Response } from '../mcp/message.ts'
import type { Era } from '../mcp/revision.ts'

/**
 * HTTP status of JSON-RPC errors that the protocol pairs with one (2026-07-28, Streamable HTTP and
 * "Error Codes"). Codes that are not here, such as -32602, speak about a well-formed request, and
 * travel with 200.
 */
const PROTOCOL_STATUS: readonly (readonly [number, number])[] = [
  [-32700, 400],
  [-32600, 400],
  [-32601, 404],
  [-32020, 400],
  [-32021, 400],
  [-32022, 400],
]

/** Bailiwick's own codes lie above the range that JSON-RPC reserves: each has one status. */
const OWN_STATUS = Object.values(ERRORS)
  .filter(({ rpc }) => rpc > -32000 && rpc !== ERRORS.scope_insufficient.rpc)
  .map(({ rpc, http }) => [rpc, http] as const)

const STATUS: ReadonlyMap<number, number> = new Map([...PROTOCOL_STATUS, ...OWN_STATUS])

/**
 * The HTTP status of an answer. In the legacy era every answer to a request travels with 200, but for
 * one: that the token does not allow the call is the transport's business, as MCP has it. A
 * failure inside a server (-32603) is an answer too, one of our own making is not.
 */
export function statusOf(response: Response, era: Era): number {
  if (response.kind === 'result') return 200
  const { code, data } = response.error
  // Clients of either era ask for more scopes when, and only when, the status says so.
  if (isScopeError(code, data)) return ERRORS.scope_insufficient.http
  if (era === 'legacy') return 200
  if (code === ERRORS.internal.rpc && isObject(data) && data['code'] === 'internal')
    return ERRORS.internal.http
  return STATUS.get(code) ?? 200
}

/** A server behind us may use our number: only with our own code is it ours. */
function isScopeError(code: number, data: Json | undefined): boolean {
  const { rpc } = ERRORS.scope_insufficient
  return code === rpc && isObject(data) && data['code'] === 'scope_insufficient'
}
