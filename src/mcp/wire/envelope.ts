import { GatewayError } from '../../kernel/errors.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { ClientClaims } from '../../kernel/subject.ts'
import type { Notification, Request, RequestId } from '../message.ts'
import { META, type Revision } from '../revision.ts'

const LOG_LEVELS = [
  ...(['debug', 'info', 'notice', 'warning'] as const),
  ...(['error', 'critical', 'alert', 'emergency'] as const),
]

/** A severity of log messages (RFC 5424 section 6.2.1). */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What a modern message says of itself and its sender in `params._meta`. Claims. */
export interface Envelope {
  readonly revision: Revision
  /** For records; `unknown` when the client does not say. */
  readonly client: ClientClaims
  /** As sent, for a relay. */
  readonly clientInfo: JsonObject | undefined
  readonly capabilities: JsonObject
  /** Absent: the client wants no log messages. */
  readonly logLevel: LogLevel | undefined
  readonly progressToken: RequestId | undefined
}

/**
 * Reads the envelope (2026-07-28, basic, "_meta"). A request must declare its capabilities; a
 * notification need not. Whoever calls knows the revision to be modern (see `classify`).
 *
 * @throws GatewayError `envelope_invalid`, naming the member.
 */
export function readEnvelope(message: Request | Notification, revision: Revision): Envelope {
  const meta = message.params?.['_meta']
  if (meta !== undefined && !isObject(meta)) refuse('_meta', 'must be an object')
  const fields = meta ?? {}
  if (message.kind === 'request') {
    for (const member of [META.protocolVersion, META.clientCapabilities]) {
      if (fields[member] === undefined) refuse(member, 'is missing')
    }
  }
  const clientInfo = readObject(fields, META.clientInfo)
  return {
    revision,
    client: readClient(clientInfo),
    clientInfo,
    capabilities: readObject(fields, META.clientCapabilities) ?? {},
    logLevel: readLogLevel(fields[META.logLevel]),
    progressToken: readProgressToken(fields['progressToken']),
  }
}

function readObject(meta: JsonObject, member: string): JsonObject | undefined {
  const value = meta[member]
  if (value !== undefined && !isObject(value)) refuse(member, 'must be an object')
  return value
}

function readClient(info: JsonObject | undefined): ClientClaims {
  if (info === undefined) return { name: 'unknown', version: '' }
  const { name, version } = info
  if (typeof name !== 'string' || typeof version !== 'string') {
    refuse(META.clientInfo, 'must have a `name` and a `version`')
  }
  return { name, version }
}

function readLogLevel(value: Json | undefined): LogLevel | undefined {
  if (value === undefined) return undefined
  return (
    LOG_LEVELS.find((level) => level === value) ??
    refuse(META.logLevel, `must be one of ${LOG_LEVELS.join(', ')}`)
  )
}

function readProgressToken(value: Json | undefined): RequestId | undefined {
  if (value === undefined || typeof value === 'string') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  return refuse('progressToken', 'must be a string or an integer')
}

function refuse(member: string, problem: string): never {
  const place = member === '_meta' ? 'params._meta' : `params._meta.${member}`
  throw new GatewayError('envelope_invalid', `\`${place}\` ${problem}`, {
    data: { member, problem },
  })
}
