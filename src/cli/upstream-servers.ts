import type { Config, ServerConfig } from '../config/config.ts'
import type { UpstreamServer } from '../gateway/watched-links.ts'
import type { ConfigText } from '../kernel/secret-reference.ts'
import type { ServerTransport } from '../mcp/upstream/link.ts'
import { isOfThisMachine, resolveText } from './resolve-secret.ts'

type Env = Readonly<Record<string, string | undefined>>
type Texts = Readonly<Record<string, ConfigText>>

/** The enabled servers of a configuration, without what is secret: that is had when it is shown. */
export function upstreamServers(config: Config): readonly UpstreamServer[] {
  return Object.entries(config.servers)
    .filter(([, server]) => server.enabled)
    .map(([name, server]) => ({
      name,
      transport: transportOf(server),
      revision: server.revision,
      connectTimeout: config.limits.connectTimeout,
      callTimeout: server.timeout ?? config.limits.callTimeout,
      maxMessage: config.limits.maxMessage,
    }))
}

/**
 * Reads the secrets of this machine that servers need, so that one which is missing is known at the
 * start, and not when somebody calls.
 *
 * @throws {CommandError} `configuration` when a secret is missing
 */
export function checkSecrets(config: Config, env: Env): void {
  for (const server of Object.values(config.servers)) {
    if (!server.enabled) continue
    for (const text of Object.values(server.transport === 'stdio' ? server.env : server.headers))
      if (text.kind === 'secret' && isOfThisMachine(text)) resolveText(text, config.folder, env)
  }
}

function transportOf(server: ServerConfig): ServerTransport {
  if (server.transport !== 'stdio')
    return { kind: server.transport, url: server.url, headers: literals(server.headers) }
  const { command, args, cwd } = server
  return { kind: 'stdio', command, args, cwd, env: literals(server.env) }
}

function literals(texts: Texts): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) =>
      text.kind === 'literal' ? [[name, text.value]] : [],
    ),
  )
}
