import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { issueToken } from '../../src/cli/operator/issue-token.ts'
import { type Child, startNode, waitFor } from './child.ts'

/** A server as it stands in `bailiwick.yaml`. */
export type ServerConfig =
  | { readonly transport: 'stdio'; readonly command: string; readonly args: readonly string[] }
  | {
      readonly transport: 'http' | 'sse'
      readonly url: string
      readonly authorization?: { readonly kind: string }
    }

/** The gateway as a user starts it: a process of its own, with a folder of its own. */
export interface RunningGateway {
  /** Its origin, `http://127.0.0.1:PORT`. */
  readonly origin: string
  /** The origin under which it is known, `http://localhost:PORT`. */
  readonly issuer: string
  /** A token of the owner, good for an hour, for `/mcp` or `/mcp/{server}`. */
  token(path: string): string
  /** One for any path, any subject, with any scopes. */
  tokenFor(path: string, more?: Partial<TokenWish>): Promise<string>
  readonly dataDir: string
  readonly child: Child
  stop(): Promise<void>
}

const MAIN = resolve('src/cli/main.ts')

/** Arguments for Node that run a command of `bailiwick`. */
export function bailiwick(...args: readonly string[]): readonly string[] {
  return ['--disable-warning=ExperimentalWarning', MAIN, ...args]
}

/** Whose a token is, and what it allows. */
export interface TokenWish {
  readonly subject: string
  readonly scopes: readonly string[]
  /** Milliseconds. */
  readonly lifetime: number
}

/** Tokens as the operator has them from a gateway that runs. */
export function tokensOf(dataDir: string, origin: string): RunningGateway['tokenFor'] {
  return async (path, more) => {
    const wish = { subject: 'user:owner', scopes: ['execute'], lifetime: 3_600_000, ...more }
    return (await issueToken(dataDir, { ...wish, path, origin })).token
  }
}

interface GatewayOptions {
  /** Its folder, which then stays when the gateway stops. Without it: a fresh one, which does not. */
  readonly dataDir?: string
  /** Environment variables besides those of the tests. */
  readonly env?: Readonly<Record<string, string>>
}

/** Servers of a configuration without a sandbox, where they do not say which: it would only take time. */
export function unconfined(servers: Readonly<Record<string, object>>): Record<string, object> {
  const open = (server: object): object =>
    'transport' in server && server.transport === 'stdio' && !('sandbox' in server)
      ? { ...server, sandbox: { backend: 'none' } }
      : server
  return Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, open(server)]))
}

/**
 * Starts `bailiwick up` on a free port. Everything is permitted unless `config` says otherwise, and local
 * servers run in no sandbox unless they say in which.
 */
export async function startGateway(
  servers: Readonly<Record<string, ServerConfig>>,
  config: Readonly<Record<string, unknown>> = {},
  options: GatewayOptions = {},
): Promise<RunningGateway> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'bailiwick-test-'))
  const file = join(dataDir, 'bailiwick.yaml')
  // JSON is YAML.
  const whole: { servers: Record<string, object>; virtual?: object } = {
    listen: { port: 0 },
    policies: ['observe'],
    servers,
    sandbox: { allowUnsandboxed: true },
    ...config,
  } as never
  writeFileSync(file, JSON.stringify({ ...whole, servers: unconfined(whole.servers) }))
  const { env = {} } = options
  const child = startNode(bailiwick('up', '--config', file, '--data-dir', dataDir), { env })
  const run = join(dataDir, 'run.json')
  const stop = async (): Promise<void> => {
    await child.stop()
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const { url, issuer } = await waitFor(child, () => readRun(run, child.pid))
    const { origin } = new URL(url)
    const local = new URL(issuer).hostname === 'localhost'
    const tokenFor = tokensOf(dataDir, local ? origin : issuer)
    const names = [...Object.keys(whole.servers), ...Object.keys(whole.virtual ?? {})]
    const paths = ['/mcp', ...names.map((name) => `/mcp/${name}`)]
    const tokens = new Map(
      await Promise.all(paths.map(async (path) => [path, await tokenFor(path)] as const)),
    )
    const token = (path: string): string => tokens.get(path) ?? 'there is no such server'
    return { origin, issuer, token, tokenFor, dataDir, child, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * The address of the gateway, once it is in the file: the file itself appears earlier, and may be
 * that of a gateway that was killed.
 */
function readRun(
  file: string,
  own: number,
): { readonly url: string; readonly issuer: string } | undefined {
  if (!existsSync(file)) return undefined
  const { pid, url, issuer } = JSON.parse(readFileSync(file, 'utf8'))
  return pid === own && typeof url === 'string' ? { url, issuer } : undefined
}
