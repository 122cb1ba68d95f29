import { isAbsolute, join, resolve } from 'node:path'
import type { SandboxMount } from '../kernel/sandbox.ts'
import { SERVER_DATA } from './sandbox-checks.ts'
import { PLACEHOLDER } from './sandbox-schema.ts'
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

type Fs = StdioServer['sandbox']['fs']
type PlacedFs = Omit<Fs, 'ro' | 'rw'> & Readonly<Record<'ro' | 'rw', readonly SandboxMount[]>>

/** A local server whose paths are absolute, those of its mounts too. */
export type PlacedStdioServer = Omit<StdioServer, 'command' | 'sandbox'> & {
  /** The program; the name of the package where it is run from one. */
  readonly command: string
  readonly cwd: string
  readonly sandbox: Omit<StdioServer['sandbox'], 'fs'> & { readonly fs: PlacedFs }
}

/** A server whose paths are absolute. */
export type PlacedServer = Exclude<Server, StdioServer> | PlacedStdioServer

/** The folder that a server has for itself, which stays. */
export function serverData(dataDir: string, server: string): string {
  return join(dataDir, 'servers', server)
}

interface Around {
  readonly folder: string
  readonly full: (path: string) => string
  /** What the placeholders in paths of mounts stand for. */
  readonly places: ReadonlyMap<string, string>
}

function placed(server: StdioServer, { folder, full, places }: Around): PlacedStdioServer {
  const cwd = server.cwd === undefined ? folder : full(server.cwd)
  const { command = server.package?.name ?? '', sandbox } = server
  const isPath = server.command !== undefined && /[/\\]/.test(command)
  const filled = (path: string): string =>
    full(path.replace(PLACEHOLDER, (_, name: string) => places.get(name) ?? ''))
  const mounts = (entries: Fs['ro']): readonly SandboxMount[] =>
    entries.map(({ from, to, optional }) => {
      const source = filled(from)
      return { from: source, to: to === undefined ? source : resolve('/', to), optional }
    })
  const fs = { ...sandbox.fs, ro: mounts(sandbox.fs.ro), rw: mounts(sandbox.fs.rw) }
  return { ...server, cwd, command: isPath ? full(command) : command, sandbox: { ...sandbox, fs } }
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
  const named = Object.entries(config.places).map(([name, place]) => [name, full(place)] as const)
  const servers: Record<string, PlacedServer> = {}
  for (const [name, server] of Object.entries(config.servers)) {
    const own = [SERVER_DATA, serverData(dataDir, name)] as const
    const around = { folder, full, places: new Map([...named, own]) }
    servers[name] = server.transport === 'stdio' ? placed(server, around) : server
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
    places: Object.fromEntries(named),
    /** Folder that relative paths counted from. */
    folder,
  }
}
