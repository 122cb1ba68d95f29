import { isAbsolute, join, resolve } from 'node:path'
import type { ParsedConfig } from './schema.ts'

/** What a configuration depends on besides its own text. */
export interface Places {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly homedir: string
}

/** The data directory when nothing names one (XDG Base Directory Specification 0.8). */
export function defaultDataDir({ env, homedir }: Places): string {
  const { XDG_STATE_HOME: state } = env
  if (state !== undefined && isAbsolute(state)) return join(state, 'bailiwick')
  return join(homedir, '.local', 'state', 'bailiwick')
}

/** The user's own configuration file (XDG Base Directory Specification 0.8). */
export function userConfigFile({ env, homedir }: Places): string {
  const { XDG_CONFIG_HOME: config } = env
  const base = config !== undefined && isAbsolute(config) ? config : join(homedir, '.config')
  return join(base, 'bailiwick', 'bailiwick.yaml')
}

/** Makes a path of the configuration absolute: `~/` is the home, relative ones count from `folder`. */
export function absolute(path: string, folder: string, homedir: string): string {
  if (path === '~') return homedir
  if (path.startsWith('~/')) return join(homedir, path.slice(2))
  return resolve(folder, path)
}

type Server = ParsedConfig['servers'][string]
type StdioServer = Extract<Server, { readonly transport: 'stdio' }>

/** A server whose paths are absolute. */
export type PlacedServer = Exclude<Server, StdioServer> | (StdioServer & { readonly cwd: string })

function placed(
  server: StdioServer,
  folder: string,
  full: (path: string) => string,
): StdioServer & { readonly cwd: string } {
  const cwd = server.cwd === undefined ? folder : full(server.cwd)
  const command = /[/\\]/.test(server.command) ? full(server.command) : server.command
  return { ...server, cwd, command }
}

/** A copy of a configuration with all its paths absolute, and the computed ones filled in. */
export function withPlaces(config: ParsedConfig, folder: string, places: Places) {
  const full = (path: string): string => absolute(path, folder, places.homedir)
  const { tls } = config.listen
  const { sealKeyFile } = config.identity
  const dataDir = config.dataDir === undefined ? defaultDataDir(places) : full(config.dataDir)
  const { store } = config
  const storeOf =
    store.kind === 'postgres'
      ? store
      : {
          ...store,
          path: store.path === undefined ? join(dataDir, 'bailiwick.db') : full(store.path),
        }
  const servers: Record<string, PlacedServer> = {}
  for (const [name, server] of Object.entries(config.servers)) {
    servers[name] = server.transport === 'stdio' ? placed(server, folder, full) : server
  }
  return {
    ...config,
    listen: {
      ...config.listen,
      tls: tls && { cert: full(tls.cert), key: full(tls.key) },
    },
    dataDir,
    identity: {
      ...config.identity,
      sealKeyFile: sealKeyFile === undefined ? join(dataDir, 'seal.key') : full(sealKeyFile),
    },
    store: storeOf,
    policies: config.policies.map((policy) => (/[/\\]/.test(policy) ? full(policy) : policy)),
    servers,
    content: { ...config.content, secretRules: config.content.secretRules.map(full) },
    places: Object.fromEntries(
      Object.entries(config.places).map(([name, place]) => [name, full(place)]),
    ),
    /** Folder that relative paths counted from. */
    folder,
  }
}
