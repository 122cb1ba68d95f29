import type { HostId } from '../../kernel/inventory.ts'
import { type EntryShape, PLAIN } from '../hosts/host.ts'
import { hostOf } from '../hosts/hosts.ts'
import type { Way } from './plan-words.ts'

/** Hosts that sign in at a server over HTTP (OAuth). For all others `bailiwick connect` does it. */
const SIGN_IN = new Set<HostId>([
  ...['claude-code', 'vscode', 'vscode-insiders', 'cursor', 'codex', 'gemini-cli', 'goose'],
  ...['opencode'],
])

/** The members of an entry that leads to the gateway, and the way that it takes. */
export function entryFor(
  host: HostId,
  to: { readonly url: string; readonly command: readonly string[]; readonly prefer?: Way },
): { readonly way: Way; readonly members: Readonly<Record<string, unknown>> } {
  const shape = hostOf(host)?.shape ?? PLAIN
  const { url } = shape
  if (url !== undefined && SIGN_IN.has(host) && to.prefer !== 'connect')
    return { way: 'http', members: { ...typed(shape, 'http'), [url.http]: to.url } }
  const [command = '', ...args] = to.command
  const start = shape.isOneList
    ? { [shape.command ?? 'command']: [command, ...args] }
    : { [shape.command ?? 'command']: command, args }
  return { way: 'connect', members: { ...typed(shape, 'stdio'), ...start } }
}

function typed({ type, always }: EntryShape, kind: 'http' | 'stdio') {
  const word = type?.[kind]
  return { ...always, ...(type !== undefined && word !== undefined && { [type.key]: word }) }
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
  return HOST_FILLS.find((name) => Object.hasOwn(entry, name) && !isEmpty(entry[name]))
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
