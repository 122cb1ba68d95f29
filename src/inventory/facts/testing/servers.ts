import type { ConfiguredServer } from '../../../kernel/inventory.ts'
import type { FindSecrets } from '../find-secrets.ts'

/** A finder with two rules: a form of its own, and a name that says so. */
export const findByHand: FindSecrets = (text, name) => {
  const form = /tkn_[A-Za-z0-9_]{16,64}/.exec(text)
  if (form !== null) return [found(form.index, form[0], 'toy-token')]
  if (name !== undefined && /(?:key|token|password)$/i.test(name) && text.length >= 8)
    return [found(0, text, /password$/i.test(name) ? 'password' : 'generic-api-key')]
  return []
}

function found(start: number, value: string, type: string): ReturnType<FindSecrets>[number] {
  return { start, end: start + value.length, type, certainty: 'likely' }
}

const PLACE = {
  host: 'cursor',
  scope: 'user',
  file: '/home/ada/.cursor/mcp.json',
  enabled: true,
  unknown: [],
  variables: [],
} as const

export interface StdioParts {
  readonly name?: string
  readonly command?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A local server in one host. */
export function stdioServer(parts: StdioParts = {}): ConfiguredServer {
  const { name = 'local', command = 'node', args = [], env = {} } = parts
  const transport = { kind: 'stdio', command, args, env } as const
  return { ...PLACE, name, at: ['mcpServers', name], transport }
}

/** A server behind a URL in the same host. */
export function httpServer(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  name = 'remote',
): ConfiguredServer {
  const transport = { kind: 'http', url, headers } as const
  return { ...PLACE, name, at: ['mcpServers', name], transport }
}
