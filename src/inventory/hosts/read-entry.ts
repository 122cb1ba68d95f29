import type { ConfiguredServer, ConfiguredTransport } from '../../kernel/inventory.ts'
import type { EntryShape } from './host.ts'
import { variablesOf } from './variables.ts'

/** What one entry says; or what is wrong with it; or that it is no server at all. */
export type ReadEntry =
  | {
      readonly kind: 'server'
      readonly server: Pick<ConfiguredServer, 'enabled' | 'transport' | 'unknown' | 'variables'>
      readonly problem?: string
    }
  | { readonly kind: 'malformed'; readonly message: string }
  | { readonly kind: 'none' }

type Members = Readonly<Record<string, unknown>>

/** Members that any host may have. */
const COMMON = [
  'type',
  'command',
  'args',
  'env',
  'cwd',
  'url',
  'headers',
  'enabled',
  'disabled',
  'name',
  'description',
]
const KINDS: Readonly<Record<string, ConfiguredTransport['kind']>> = {
  stdio: 'stdio',
  local: 'stdio',
  http: 'http',
  remote: 'http',
  streamable: 'http',
  streamablehttp: 'http',
  sse: 'sse',
}

/** Reads an entry as a host would: by the words of its shape, and those that all hosts share. */
export function readEntry(entry: unknown, shape: EntryShape): ReadEntry {
  if (!isMembers(entry)) return { kind: 'malformed', message: 'the entry is no map' }
  const type = own(entry, shape.type?.key ?? 'type') ?? own(entry, 'type')
  if (shape.skip?.includes(String(type))) return { kind: 'none' }
  const word = kindNamed(type)
  const [command, address] = [commandOf(entry, shape), addressOf(entry, shape)]
  if (command === undefined && address === undefined) return nothing(entry)
  if (word === undefined && type !== undefined) return UNKNOWN_KIND
  const isLocal = isStarted(command, address, word)
  const transport = isLocal ? localOf(command, entry, shape) : remoteOf(address, word, entry, shape)
  if (typeof transport === 'string') return { kind: 'malformed', message: transport }
  const problem = contradiction(command, address, isLocal, word)
  const said = problem === undefined ? {} : { problem }
  const server = {
    enabled: isEnabled(entry),
    transport,
    unknown: unknownOf(entry, shape),
    variables: variablesOf(entry, shape),
  }
  return { kind: 'server', server, ...said }
}

function isEnabled(entry: Members): boolean {
  return own(entry, 'enabled') !== false && own(entry, 'disabled') !== true
}

const UNKNOWN_KIND = {
  kind: 'malformed',
  message: 'the entry is of a kind that is not known',
} as const

function kindNamed(type: unknown): ConfiguredTransport['kind'] | undefined {
  if (typeof type !== 'string') return undefined
  const word = type.toLowerCase().replaceAll(/[-_]/g, '')
  return Object.hasOwn(KINDS, word) ? KINDS[word] : undefined
}

/** With both, the word for the kind says which of them counts. */
function isStarted(
  command: unknown,
  address: unknown,
  word: ConfiguredTransport['kind'] | undefined,
): boolean {
  return address === undefined || (command !== undefined && word !== 'http' && word !== 'sse')
}

function contradiction(
  command: unknown,
  address: unknown,
  isLocal: boolean,
  word: ConfiguredTransport['kind'] | undefined,
): string | undefined {
  if (command !== undefined && address !== undefined)
    return 'the entry has a command and an address'
  if (word === undefined || isLocal === (word === 'stdio')) return undefined
  return 'the entry is of another kind than it says'
}

/** Settings for a server that stands elsewhere, or nothing that could be started. */
function nothing(entry: Members): ReadEntry {
  const rest = Object.keys(entry).filter(
    (key) => !['enabled', 'disabled', 'settings', 'source'].includes(key),
  )
  if (rest.length === 0) return { kind: 'none' }
  return { kind: 'malformed', message: 'the entry has neither a command nor an address' }
}

interface Command {
  readonly command: unknown
  readonly args: unknown
  readonly env: unknown
}

function commandOf(entry: Members, shape: EntryShape): Command | undefined {
  const command = own(entry, shape.command ?? 'command') ?? own(entry, 'command')
  const env = own(entry, shape.env ?? 'env') ?? own(entry, 'env')
  if (command === undefined || command === null) return undefined
  const args = own(entry, 'args')
  if (Array.isArray(command)) {
    const more = Array.isArray(args) ? args : []
    return { command: command[0], args: [...command.slice(1), ...more], env }
  }
  // As Zed wrote it before.
  if (isMembers(command))
    return {
      command: own(command, 'path'),
      args: own(command, 'args'),
      env: own(command, 'env') ?? env,
    }
  return { command, args, env }
}

function localOf(
  from: Command | undefined,
  entry: Members,
  shape: EntryShape,
): ConfiguredTransport | string {
  const { command, args, env } = from ?? { command: undefined, args: undefined, env: undefined }
  if (typeof command !== 'string' || command === '') return 'the command is no text'
  const list = textList(args)
  if (list === undefined) return 'the arguments are no list of texts'
  const variables = textMap(env)
  if (variables === undefined) return `\`${shape.env ?? 'env'}\` is no map of texts`
  const cwd = own(entry, 'cwd')
  return {
    kind: 'stdio',
    command,
    args: list,
    env: variables,
    ...(typeof cwd === 'string' ? { cwd } : {}),
  }
}

interface Address {
  readonly url: string
  readonly key: string
}

function addressOf(entry: Members, { url }: EntryShape): Address | undefined {
  const keys = [
    ...new Set([url?.http ?? 'url', url?.sse ?? 'url', 'url', 'serverUrl', 'httpUrl', 'uri']),
  ]
  for (const key of keys) {
    const value = own(entry, key)
    if (typeof value === 'string' && value !== '') return { url: value, key }
  }
  return undefined
}

function remoteOf(
  address: Address | undefined,
  word: ConfiguredTransport['kind'] | undefined,
  entry: Members,
  shape: EntryShape,
): ConfiguredTransport | string {
  if (address === undefined) return 'the entry has no address'
  const { url, key } = address
  const named = own(entry, shape.headers ?? 'headers') ?? own(entry, 'headers')
  const requestOptions = own(entry, 'requestOptions')
  const headers = textMap(
    named ?? (isMembers(requestOptions) ? own(requestOptions, 'headers') : undefined),
  )
  if (headers === undefined) return `\`${shape.headers ?? 'headers'}\` is no map of texts`
  const said = word === 'http' || word === 'sse' ? word : undefined
  return { kind: said ?? kindOf(url, key, shape), url, headers }
}

function kindOf(url: string, key: string, shape: EntryShape): 'http' | 'sse' {
  if (key === 'httpUrl') return 'http'
  if (shape.plainUrl !== undefined) return shape.plainUrl
  const path = url.split(/[?#]/, 1)[0] ?? ''
  return path.endsWith('/sse') || path.endsWith('/sse/') ? 'sse' : 'http'
}

function unknownOf(entry: Members, shape: EntryShape): readonly string[] {
  const known = new Set([
    ...COMMON,
    ...(shape.known ?? []),
    ...Object.keys(shape.always ?? {}),
    ...[shape.command, shape.env, shape.headers, shape.url?.http, shape.url?.sse, shape.type?.key],
  ])
  return Object.keys(entry).filter((key) => !known.has(key))
}

function textList(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) return undefined
  const texts = value.map(textOf)
  return texts.every((text) => text !== undefined) ? texts : undefined
}

function textMap(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return {}
  if (!isMembers(value)) return undefined
  // A variable that is null is one that the host takes out of the environment.
  const pairs = Object.entries(value).filter(([, item]) => item !== null)
  const texts = pairs.map(([key, item]) => [key, textOf(item)] as const)
  return texts.some(([, text]) => text === undefined)
    ? undefined
    : Object.fromEntries(texts.map(([key, text]) => [key, text ?? '']))
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function own(entry: Members, key: string): unknown {
  return Object.hasOwn(entry, key) ? entry[key] : undefined
}
