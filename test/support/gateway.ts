import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Child, startNode, waitFor } from './child.ts'

/** A server as it stands in `bailiwick.yaml`. */
export type ServerConfig =
  | { readonly transport: 'stdio'; readonly command: string; readonly args: readonly string[] }
  | { readonly transport: 'http' | 'sse'; readonly url: string }

/** The gateway as a user starts it: a process of its own, with a folder of its own. */
export interface RunningGateway {
  /** Its origin, `http://127.0.0.1:PORT`. */
  readonly origin: string
  readonly token: string
  readonly dataDir: string
  readonly child: Child
  stop(): Promise<void>
}

const MAIN = resolve('src/cli/main.ts')

/** Arguments for Node that run a command of `bailiwick`. */
export function bailiwick(...args: readonly string[]): readonly string[] {
  return ['--disable-warning=ExperimentalWarning', MAIN, ...args]
}

interface GatewayOptions {
  /** Its folder, which then stays when the gateway stops. Without it: a fresh one, which does not. */
  readonly dataDir?: string
  /** Environment variables besides those of the tests. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts `bailiwick up` on a free port. Everything is permitted unless `config` says otherwise. */
export async function startGateway(
  servers: Readonly<Record<string, ServerConfig>>,
  config: Readonly<Record<string, unknown>> = {},
  options: GatewayOptions = {},
): Promise<RunningGateway> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'bailiwick-test-'))
  const file = join(dataDir, 'bailiwick.yaml')
  // JSON is YAML.
  const whole = { listen: { port: 0 }, policies: ['observe'], servers, ...config }
  writeFileSync(file, JSON.stringify(whole))
  const { env = {} } = options
  const child = startNode(bailiwick('up', '--config', file, '--data-dir', dataDir), { env })
  const run = join(dataDir, 'run.json')
  const stop = async (): Promise<void> => {
    await child.stop()
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const { url } = await waitFor(child, () => readRun(run, child.pid))
    const token = readFileSync(join(dataDir, 'owner.token'), 'utf8').trim()
    return { origin: new URL(url).origin, token, dataDir, child, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * The address of the gateway, once it is in the file: the file itself appears earlier, and may be
 * that of a gateway that was killed.
 */
function readRun(file: string, own: number): { readonly url: string } | undefined {
  if (!existsSync(file)) return undefined
  const { pid, url } = JSON.parse(readFileSync(file, 'utf8'))
  return pid === own && typeof url === 'string' ? { url } : undefined
}
