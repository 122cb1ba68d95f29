import { GatewayError } from '../../kernel/errors.ts'
import type { Notification, Request } from '../message.ts'
import { eraOf, type Revision } from '../revision.ts'
import {
  decodeHeaderValue,
  encodeHeaderValue,
  type HttpHeaders,
  readHeader,
} from './header-value.ts'

/** Which member of `params` the header `mcp-name` repeats; the tasks extension adds its own. */
const NAME_SOURCES: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
])

/**
 * Holds the headers that repeat the body against the body (2026-07-28, Streamable HTTP, "Server
 * Validation"). A header that is there must be true in every revision: something before us may
 * have believed it. Modern requests must have them; for notifications the revision demands none.
 *
 * @param revision what the message was classified as (see `classify`).
 * @throws GatewayError `header_mismatch`.
 */
export function checkHeaders(
  headers: HttpHeaders,
  message: Request | Notification,
  revision: Revision,
): void {
  const required = message.kind === 'request' && eraOf(revision) === 'modern'
  const version = readHeader(headers, 'mcp-protocol-version')
  if (version === undefined && required) refuseMissing('mcp-protocol-version')
  if (version !== undefined && eraOf(revision) === 'modern' && version !== revision) {
    refuse('mcp-protocol-version', 'does not match the revision in `_meta`')
  }
  const method = readHeader(headers, 'mcp-method')
  if (method === undefined && required) refuseMissing('mcp-method')
  if (method !== undefined && method !== message.method) {
    refuse('mcp-method', 'does not match `method`')
  }
  checkName(headers, message, required)
}

/**
 * The headers that repeat a message for a server of this revision. Legacy servers get the version
 * alone, and not before the handshake has settled it.
 */
export function standardHeaders(
  message: Request | Notification,
  revision: Revision,
): Readonly<Record<string, string>> {
  if (eraOf(revision) === 'legacy') {
    return message.method === 'initialize' ? {} : { 'mcp-protocol-version': revision }
  }
  const name = nameOf(message)?.value
  return {
    'mcp-protocol-version': revision,
    'mcp-method': message.method,
    ...(name === undefined ? {} : { 'mcp-name': encodeHeaderValue(name) }),
  }
}

function checkName(headers: HttpHeaders, message: Request | Notification, required: boolean): void {
  const source = nameOf(message)
  // No other method has a name, so nobody can rely on one.
  if (source === undefined) return
  const header = readHeader(headers, 'mcp-name')
  if (header === undefined) {
    if (required && source.value !== undefined) refuseMissing('mcp-name')
    return
  }
  const name = decodeHeaderValue(header)
  if (name === undefined) refuse('mcp-name', 'has an invalid value')
  if (name !== source.value) refuse('mcp-name', `does not match \`params.${source.member}\``)
}

function nameOf(message: Request | Notification) {
  const member = NAME_SOURCES.get(message.method)
  if (member === undefined) return undefined
  const value = message.params?.[member]
  return { member, value: typeof value === 'string' ? value : undefined }
}

function refuseMissing(name: string): never {
  return refuse(name, 'is missing')
}

function refuse(name: string, problem: string): never {
  throw new GatewayError('header_mismatch', `header \`${name}\` ${problem}`)
}
