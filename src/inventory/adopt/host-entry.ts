import type { HostId } from '../../kernel/inventory.ts'
import { PLAIN } from '../hosts/host.ts'
import { hostOf } from '../hosts/hosts.ts'
import { entryFor } from '../hosts/write-entry.ts'
import type { Way } from './plan-words.ts'
import { isMap } from './value-at.ts'

/** Hosts that sign in at a server over HTTP (OAuth). For all others `bailiwick connect` does it. */
const SIGN_IN = new Set<HostId>([
  ...['claude-code', 'vscode', 'vscode-insiders', 'cursor', 'codex', 'gemini-cli', 'goose'],
  ...['opencode'],
])

/** The members of an entry that leads to the gateway, and the way that it takes. */
export function leadingEntry(
  { host: id, name }: { readonly host: HostId; readonly name: string },
  to: { readonly url: string; readonly command: readonly string[]; readonly prefer?: Way },
): { readonly way: Way; readonly members: Readonly<Record<string, unknown>> } {
  const host = hostOf(id) ?? { id, name: id, shape: PLAIN, files: [] }
  if (SIGN_IN.has(id) && to.prefer !== 'connect') {
    const members = entryFor(host, name, { kind: 'http', url: to.url, headers: {} })
    if (members !== undefined) return { way: 'http', members }
  }
  const [command = '', ...args] = to.command
  const members = entryFor(host, name, { kind: 'stdio', command, args, env: {} }) ?? {}
  return { way: 'connect', members }
}

/** Members that say how a server is reached: none of them stays beside ours. */
const REACHING = new Set([
  ...['type', 'transport', 'transportType', 'command', 'cmd', 'args', 'env', 'envs', 'environment'],
  ...['cwd', 'url', 'uri', 'serverUrl', 'httpUrl', 'headers', 'http_headers', 'env_keys', 'oauth'],
  ...['envFile', 'env_file', 'headersHelper', 'bearer_token_env_var', 'env_http_headers'],
  ...['requestInit', 'requestOptions', 'env_vars'],
])

/** Members with which a host adds to a server what nobody else knows. */
const HOST_FILLS = [
  ...['envFile', 'env_file', 'headersHelper', 'bearer_token_env_var', 'env_http_headers'],
  ...['env_keys', 'env_vars', 'oauth', 'authProviderType', 'requestInit', 'requestOptions'],
  ...['apiKey', 'api_key_env', 'scopes'],
] as const

/** The first member that only the host can fill in. */
export function filledByHost(entry: Readonly<Record<string, unknown>>): string | undefined {
  return HOST_FILLS.find(
    (name) => Object.hasOwn(entry, name) && !isEmpty(entry[name]) && !isHeaders(entry[name]),
  )
}

/** Options of requests that are headers alone: they were read as such. */
function isHeaders(value: unknown): boolean {
  return isMap(value) && Object.keys(value).every((name) => name === 'headers')
}

/** The new entry: our members, then those of the old one that have nothing to do with reaching it. */
export function rewritten(
  entry: Readonly<Record<string, unknown>>,
  members: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const kept = Object.entries(entry).filter(
    ([name]) => !REACHING.has(name) && !Object.hasOwn(members, name),
  )
  return { ...members, ...Object.fromEntries(kept) }
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}
