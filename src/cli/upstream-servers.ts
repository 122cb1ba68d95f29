import type { Config, ServerConfig } from '../config/config.ts'
import type { UpstreamServer } from '../gateway/watched-links.ts'
import type { ConfigText } from '../kernel/secret-reference.ts'
import type { ServerTransport } from '../mcp/upstream/link.ts'
import { resolveText } from './resolve-secret.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * The enabled servers of a configuration, with their secrets read.
 *
 * @throws {CommandError} `configuration` when a secret is missing
 */
export function upstreamServers(config: Config, env: Env): readonly UpstreamServer[] {
  return Object.entries(config.servers)
    .filter(([, server]) => server.enabled)
    .map(([name, server]) => ({
      name,
      transport: transportOf(server, config.folder, env),
      revision: server.revision,
      connectTimeout: config.limits.connectTimeout,
      callTimeout: server.timeout ?? config.limits.callTimeout,
      maxMessage: config.limits.maxMessage,
    }))
}

function transportOf(server: ServerConfig, folder: string, env: Env): ServerTransport {
  const resolved = (
    texts: Readonly<Record<string, ConfigText>>,
  ): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, resolveText(text, folder, env)]),
    )
  if (server.transport !== 'stdio') {
    return { kind: server.transport, url: server.url, headers: resolved(server.headers) }
  }
  const { command, args, cwd } = server
  return { kind: 'stdio', command, args, cwd, env: resolved(server.env) }
}
