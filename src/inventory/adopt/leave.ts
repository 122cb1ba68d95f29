import type { ConfiguredServer, ReadConfig } from '../../kernel/inventory.ts'
import { filledByHost } from './host-entry.ts'
import type { LeftReason, SecretSense } from './plan-words.ts'
import { foundPlaces, hasSecretArgument, isSecretAddress } from './secret-places.ts'

/** What is needed to tell what to leave alone. */
export interface LeaveParts {
  /** Where the gateway is reached. */
  readonly gatewayUrl: string
  /** The command that starts `bailiwick connect`; the server's name is put behind it. */
  readonly connect: readonly string[]
  readonly sense: SecretSense
  /** The entry as it stands in its file; undefined where it cannot be read again. */
  readonly entryOf: (server: ConfiguredServer) => Readonly<Record<string, unknown>> | undefined
}

type Left = readonly [LeftReason, string]

/** Why an entry is left alone; undefined for one that can be adopted. */
export function whyLeft(
  server: ConfiguredServer,
  config: ReadConfig,
  parts: LeaveParts,
): Left | undefined {
  return (
    placeLeft(config) ??
    stateLeft(server, config, parts) ??
    entryLeft(server, parts) ??
    transportLeft(server, parts.sense)
  )
}

/** Problems of a whole file that make it unsafe to write. Others are of one entry, or do not matter. */
const UNSAFE = new Set([
  'unreadable',
  'too_large',
  'binary',
  'symlink',
  'foreign_owner',
  'malformed',
])

function placeLeft({ scope, problems }: ReadConfig): Left | undefined {
  if (scope === 'managed') return ['managed', 'an administrator wrote this file']
  if (scope === 'plugin')
    return ['plugin', 'the file belongs to a plugin, whose updates replace it']
  const problem = problems.find(({ kind, at }) => UNSAFE.has(kind) && at === undefined)
  return problem && ['file_problem', problem.message]
}

function stateLeft(
  server: ConfiguredServer,
  { problems }: ReadConfig,
  parts: LeaveParts,
): Left | undefined {
  if (isOurs(server, parts)) return ['ours', 'it leads to the gateway already']
  if (!server.enabled) return ['disabled', 'it is switched off in the host']
  const path = JSON.stringify(server.at)
  const problem = problems.find(
    ({ kind, at }) =>
      (kind === 'entry_malformed' || kind === 'duplicate_name') && JSON.stringify(at) === path,
  )
  return problem && ['entry_unknown', problem.message]
}

function entryLeft(server: ConfiguredServer, { entryOf }: LeaveParts): Left | undefined {
  if (server.variables.length > 0)
    return ['variables', `only the host can fill in ${server.variables.slice(0, 5).join(', ')}`]
  const entry = entryOf(server)
  if (entry === undefined) return ['entry_unknown', 'its entry cannot be read']
  const filled = filledByHost(entry)
  return filled === undefined ? undefined : ['host_fills', `only the host can fill in ${filled}`]
}

function transportLeft(server: ConfiguredServer, sense: SecretSense): Left | undefined {
  const { transport } = server
  const found = foundPlaces(server, sense)
  if (transport.kind === 'stdio') {
    if (transport.command === '') return ['entry_unknown', 'it has no command']
    if (found.has('args') || found.has('command') || hasSecretArgument(transport.args, sense))
      return ['secret_in_arguments', 'an argument is a secret; put it into a variable first']
    return textLeft([transport.command, ...transport.args, ...Object.values(transport.env)])
  }
  if (found.has('url') || isSecretAddress(transport.url, sense))
    return ['secret_in_address', 'its address holds a secret; put it into a header first']
  return textLeft([transport.url, ...Object.values(transport.headers)])
}

/** What the gateway would take for something else than the host does, or the vault would not take. */
function textLeft(texts: readonly string[]): Left | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  if (texts.some((text) => /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) || !text.isWellFormed()))
    return ['entry_unknown', 'a text of it holds control characters']
  if (!texts.some((text) => text.includes('secret://'))) return undefined
  return ['reference', 'a text of it looks like a reference to a secret']
}

/** Whether an entry leads to the gateway. */
export function isOurs(
  { transport }: ConfiguredServer,
  { gatewayUrl, connect }: Pick<LeaveParts, 'gatewayUrl' | 'connect'>,
): boolean {
  if (transport.kind === 'stdio') {
    const words = [transport.command, ...transport.args]
    return connect.every((word, index) => words[index] === word) || isProgram(words)
  }
  const [url, gateway] = [URL.parse(transport.url), URL.parse(gatewayUrl)]
  if (url === null || gateway === null || !isSameOrigin(url, gateway)) return false
  return url.pathname === '/mcp' || url.pathname.startsWith('/mcp/')
}

/** `bailiwick connect`, also through a runner such as `npx -y`. */
function isProgram(words: readonly string[]): boolean {
  const at = words.slice(0, 4).indexOf('connect')
  const name = words[at - 1]?.split(/[\\/]/).at(-1) ?? ''
  return at > 0 && /^bailiwick(\.cmd|\.exe|@[\w.-]{1,64})?$/i.test(name)
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

function isSameOrigin(one: URL, other: URL): boolean {
  if (one.port !== other.port || one.protocol !== other.protocol) return false
  if (one.hostname === other.hostname) return true
  return LOOPBACK.has(one.hostname) && LOOPBACK.has(other.hostname)
}
