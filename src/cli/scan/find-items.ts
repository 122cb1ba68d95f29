import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, isAbsolute, resolve } from 'node:path'
import { openPins } from '../../catalog/pins/pin-book.ts'
import { type Config, parseConfig } from '../../config/config.ts'
import { toGatewayError } from '../../kernel/errors.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { parseStrict } from '../../mcp/wire/strict-json.ts'
import { askSurface, type Surface } from '../ask-server.ts'
import { CommandError } from '../command-error.ts'
import { containedLinks } from '../containment/contained-links.ts'
import type { Context } from '../context.ts'
import { load } from '../load.ts'
import { openConfiguredStore } from '../open-records.ts'
import { talk } from '../terminal.ts'
import { commandServers } from '../vault/command-servers.ts'
import { itemsIn, type ScannedItem } from './read-items.ts'

/** What is to be analysed, and what could not be had. */
export interface FoundItems {
  readonly items: readonly ScannedItem[]
  readonly missing: readonly Missing[]
}

export interface Missing {
  /** A server, or a file. */
  readonly what: string
  readonly why: string
  readonly exit: 'unreachable' | 'configuration'
}

export interface FindOptions {
  readonly offline: boolean
  readonly server?: string
}

const MAX_BYTES = 67_108_864
const LIMITS = { maxDepth: 200, maxNodes: 5_000_000, numbers: 'tolerant' } as const

/**
 * Finds what a target of the command line stands for: a file of that name, else a server.
 *
 * @throws {CommandError} `usage` for neither; as configurations that are wrong.
 */
export async function findItems(
  context: Context,
  target: string,
  options: FindOptions,
): Promise<FoundItems> {
  const path = resolve(context.cwd, target)
  if (existsSync(path)) {
    if (/^\.ya?ml$/i.test(extname(path))) return ofConfig(context, parsed(context, path), options)
    const values = readValues(path)
    if (typeof values === 'string')
      return { items: [], missing: [{ what: target, why: values, exit: 'configuration' }] }
    const [first] = values
    const hosts = values.length === 1 && isObject(first) ? serversOf(first) : undefined
    if (hosts !== undefined)
      return ofConfig(context, parsed(context, path, JSON.stringify({ servers: hosts })), options)
    return ofFile(target, values, options.server ?? basename(path, extname(path)))
  }
  const { config } = load(context)
  if (!Object.hasOwn(config.servers, target))
    throw new CommandError(`there is neither a file nor a server \`${target.slice(0, 200)}\``, {
      exit: 'usage',
      fix: '`bailiwick servers ls` lists the servers',
    })
  return ofConfig(context, config, options, target)
}

function parsed(context: Context, path: string, text?: string): Config {
  return parseConfig(text ?? readFileSync(path, 'utf8'), path, context).config
}

/** The JSON values of a file: one, or one a line. A text says why there are none. */
function readValues(path: string): readonly Json[] | string {
  if (!statSync(path).isFile()) return 'it is no file'
  if (statSync(path).size > MAX_BYTES) return `it has more than ${MAX_BYTES} bytes`
  const bytes = readFileSync(path)
  try {
    return [parseStrict(bytes, LIMITS).value]
  } catch (error) {
    const lines = bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
    if (lines.length < 2) return toGatewayError(error).message
    try {
      return lines.map((line) => parseStrict(line, LIMITS).value)
    } catch {
      return toGatewayError(error).message
    }
  }
}

function ofFile(file: string, values: readonly Json[], server: string): FoundItems {
  const found = values.flatMap((value) => itemsIn(value))
  const items = found.map((item) => ({ server, ...item, file }))
  if (items.length > 0) return { items, missing: [] }
  // An empty list is a list: nothing is wrong with it.
  const empty = values.some((value) => JSON.stringify(value).includes('"tools":[]'))
  if (empty) return { items: [], missing: [] }
  const why = 'no definitions stand in it'
  return { items: [], missing: [{ what: file, why, exit: 'configuration' }] }
}

/** The servers of a host's configuration, as ours writes them. */
function serversOf({ mcpServers }: JsonObject): JsonObject | undefined {
  if (!isObject(mcpServers)) return undefined
  return Object.fromEntries(
    Object.entries(mcpServers).map(([name, server]) => {
      if (!isObject(server)) return [name, server ?? null]
      const { command, args, env, cwd, url, headers, type } = server
      const transport = url === undefined ? 'stdio' : type === 'sse' ? 'sse' : 'http'
      const sandbox = transport === 'stdio' ? sandboxFor(args) : undefined
      const members = { transport, command, args, env, cwd, url, headers, sandbox }
      const given = Object.entries(members).filter(([, value]) => value !== undefined)
      return [name, Object.fromEntries(given)]
    }),
  )
}

/** A host's configuration says nothing of sandboxes: the folders that a server is pointed at, to read. */
function sandboxFor(args: Json | undefined): JsonObject {
  const isFolder = (word: Json): word is string =>
    typeof word === 'string' &&
    isAbsolute(word) &&
    (statSync(word, { throwIfNoEntry: false })?.isDirectory() ?? false)
  return { fs: { ro: Array.isArray(args) ? args.filter(isFolder) : [] } }
}

async function ofConfig(
  context: Context,
  config: Config,
  { offline }: FindOptions,
  only?: string,
): Promise<FoundItems> {
  if (offline) return pinned(context, config, only)
  const all = await commandServers(config, context)
  const servers = only === undefined ? all : all.filter(({ name }) => name === only)
  if (servers.length === 0) {
    const why = only === undefined ? 'no server is enabled' : 'it is disabled'
    return { items: [], missing: [{ what: only ?? config.folder, why, exit: 'configuration' }] }
  }
  const names = servers.map(({ name }) => name).join(', ')
  talk(context, `starting or asking ${names}; \`--offline\` asks no server`)
  const links = containedLinks(config, context)
  try {
    const asked = servers.map(async (server): Promise<FoundItems> => {
      try {
        return {
          items: surfaceItems(server.name, await askSurface(links.openLink, server)),
          missing: [],
        }
      } catch (error) {
        const why = toGatewayError(error).message
        return { items: [], missing: [{ what: server.name, why, exit: 'unreachable' }] }
      }
    })
    const found = await Promise.all(asked)
    return {
      items: found.flatMap(({ items }) => items),
      missing: found.flatMap(({ missing }) => missing),
    }
  } finally {
    await links.close()
  }
}

function surfaceItems(server: string, { instructions, ...rest }: Surface): readonly ScannedItem[] {
  const said = instructions === undefined ? {} : { instructions }
  return itemsIn({ ...rest, ...said }).map((item) => ({ server, ...item }))
}

/** What the gateway has seen, and still shows or keeps back. */
async function pinned(
  context: Context,
  config: Config,
  only: string | undefined,
): Promise<FoundItems> {
  const what = only ?? dirname(config.dataDir)
  if (config.store.kind === 'sqlite' && !existsSync(config.store.path)) {
    const why = 'no gateway has run with this data directory'
    return { items: [], missing: [{ what, why, exit: 'configuration' }] }
  }
  const store = await openConfiguredStore(config, context)
  try {
    const pins = await openPins({
      store,
      witness: async () => undefined,
      clock: Date.now,
      every: 3_600_000,
      judge: () => ({ findings: [], verdict: 'clean' }),
      firstSight: () => 'quarantine',
      log: () => undefined,
    })
    const seen = await pins.list(only === undefined ? {} : { server: only })
    await pins.close()
    const items = seen.map(({ server, kind, name, definition }) => ({
      ...{ server, kind, name, definition },
    }))
    if (items.length > 0) return { items, missing: [] }
    const why = 'the gateway has seen nothing of it'
    return { items, missing: [{ what, why, exit: 'configuration' }] }
  } finally {
    await store.close()
  }
}
