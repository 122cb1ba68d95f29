import type { ServerConfig } from '../config/config.ts'
import { formatText } from '../config/secret.ts'
import type { ConfigText } from '../kernel/secret-reference.ts'
import { credentialOf } from './server-credential.ts'

/** A server of the configuration in the shape that `--json` shows. Secrets stay references. */
export function serverView(name: string, server: ServerConfig) {
  const { transport, enabled, revision, timeout, tools: classified } = server
  const { kind, shared, connects } = credentialOf(name, server)
  const credential = { kind, shared, connects }
  const common = { name, transport, enabled, revision, timeout: timeout ?? null, credential }
  if (server.transport === 'stdio') {
    const { command, args, cwd, env } = server
    return { ...common, command, args, cwd, env: texts(env), classified }
  }
  return { ...common, url: server.url, headers: texts(server.headers), classified }
}

/** Where a server is, on one line. */
export function serverTarget(server: ServerConfig): string {
  return server.transport === 'stdio' ? [server.command, ...server.args].join(' ') : server.url
}

function texts(map: Readonly<Record<string, ConfigText>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).map(([name, text]) => [name, formatText(text)]))
}
