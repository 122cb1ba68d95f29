import type { ConfiguredTransport } from '../../kernel/inventory.ts'
import type { EntryShape, Host } from './host.ts'

/**
 * The entry that a host writes for a server. Undefined where the host cannot use it: a remote one, where
 * it takes local ones alone. The name stands in the entry only where servers are in a list. Pure.
 */
export function entryFor(
  host: Host,
  name: string,
  transport: ConfiguredTransport,
): Readonly<Record<string, unknown>> | undefined {
  const { shape } = host
  const members = transport.kind === 'stdio' ? local(shape, transport) : remote(shape, transport)
  if (members === undefined) return undefined
  const type = shape.type?.[transport.kind]
  return {
    ...(shape.isList ? { name } : {}),
    ...shape.always,
    ...(shape.type === undefined || type === undefined ? {} : { [shape.type.key]: type }),
    ...members,
  }
}

type Members = Readonly<Record<string, unknown>>

function local(shape: EntryShape, transport: ConfiguredTransport & { kind: 'stdio' }): Members {
  const { command, args, env, cwd } = transport
  return {
    ...(shape.isOneList
      ? { command: [command, ...args] }
      : { [shape.command ?? 'command']: command, args }),
    ...(Object.keys(env).length === 0 ? {} : { [shape.env ?? 'env']: env }),
    ...(cwd === undefined ? {} : { cwd }),
  }
}

function remote(
  shape: EntryShape,
  transport: ConfiguredTransport & { kind: 'http' | 'sse' },
): Members | undefined {
  if (shape.url === undefined) return undefined
  const { kind, url, headers } = transport
  return {
    [shape.url[kind]]: url,
    ...(Object.keys(headers).length === 0 ? {} : { [shape.headers ?? 'headers']: headers }),
  }
}
