import type { HostId } from '../../kernel/inventory.ts'
import type { Way } from './plan-words.ts'

/** How a host writes a server that it reaches over HTTP, and one that it starts. */
interface EntryForm {
  /** Absent where the host speaks no HTTP, or cannot sign in over it. */
  readonly http?: (url: string) => Readonly<Record<string, unknown>>
  readonly connect: (command: readonly string[]) => Readonly<Record<string, unknown>>
}

const started: EntryForm['connect'] = ([command = '', ...args]) => ({ command, args })
const typed: EntryForm['connect'] = (command) => ({ type: 'stdio', ...started(command) })
const PLAIN: EntryForm = { connect: started }

/** Hosts that sign in over HTTP, or write their entries in a way of their own; all others start a program. */
const FORMS: Readonly<Record<HostId, EntryForm>> = {
  'claude-code': { http: (url) => ({ type: 'http', url }), connect: typed },
  vscode: { http: (url) => ({ type: 'http', url }), connect: typed },
  'vscode-insiders': { http: (url) => ({ type: 'http', url }), connect: typed },
  cursor: { http: (url) => ({ url }), connect: started },
  codex: { http: (url) => ({ url }), connect: started },
  'gemini-cli': { http: (url) => ({ httpUrl: url }), connect: started },
  goose: {
    http: (url) => ({ type: 'streamable_http', uri: url }),
    connect: ([cmd = '', ...args]) => ({ type: 'stdio', cmd, args }),
  },
  opencode: {
    http: (url) => ({ type: 'remote', url }),
    connect: (command) => ({ type: 'local', command: [...command] }),
  },
  continue: { connect: typed },
  crush: { connect: typed },
  vibe: { connect: (command) => ({ transport: 'stdio', ...started(command) }) },
}

/** The members of an entry that leads to the gateway, and the way that it takes. */
export function entryFor(
  host: HostId,
  to: { readonly url: string; readonly command: readonly string[]; readonly prefer?: Way },
): { readonly way: Way; readonly members: Readonly<Record<string, unknown>> } {
  const form = Object.hasOwn(FORMS, host) ? (FORMS[host] ?? PLAIN) : PLAIN
  if (form.http !== undefined && to.prefer !== 'connect')
    return { way: 'http', members: form.http(to.url) }
  return { way: 'connect', members: form.connect(to.command) }
}

/** Members that say how a server is reached: none of them stays beside ours. */
const REACHING = new Set([
  ...['type', 'transport', 'transportType', 'command', 'cmd', 'args', 'env', 'envs', 'environment'],
  ...['cwd', 'url', 'uri', 'serverUrl', 'httpUrl', 'headers', 'http_headers', 'env_keys', 'oauth'],
  ...['envFile', 'headersHelper', 'bearer_token_env_var', 'env_http_headers', 'requestInit'],
])

/** Members with which a host adds to a server what nobody else knows. */
const HOST_FILLS = [
  ...['envFile', 'env_file', 'headersHelper', 'bearer_token_env_var', 'env_http_headers'],
  ...['env_keys', 'oauth', 'authProviderType', 'requestInit'],
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
