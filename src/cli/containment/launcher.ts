import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Config, ServerConfig } from '../../config/config.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { PackageWish, RunnablePackage } from '../../kernel/packages.ts'
import type { Clock } from '../../kernel/ports.ts'
import type { SandboxRunner } from '../../kernel/sandbox.ts'
import { type LaunchServer, launchPlain, type ServerLaunch } from '../../mcp/upstream/launch.ts'
import type { Packages } from '../../packages/packages.ts'
import { refusal } from '../../packages/refusal.ts'
import { packageWishOf } from '../../sandbox/command/package-wish.ts'
import type { DenialDesk } from '../../sandbox/denials/denial-desk.ts'
import { endingOf } from '../../sandbox/denials/ending.ts'
import { errorReader } from '../../sandbox/denials/error-reader.ts'
import { type Confinement, confine } from '../../sandbox/profile/confine.ts'
import { refusal as sandboxRefusal } from '../../sandbox/refusal.ts'
import { baseEnv } from '../base-env.ts'
import type { Start, Starts } from './starts.ts'

/** What is needed of packages to run them. */
export type RunPackages = Pick<Packages, 'resolve' | 'unchanged'>

export interface LauncherOptions {
  readonly config: Config
  readonly env: Readonly<Record<string, string | undefined>>
  /** Of whoever runs the gateway. */
  readonly home: string
  /** Files that the gateway goes by. */
  readonly own: readonly string[]
  readonly sandbox: SandboxRunner
  readonly packages: RunPackages
  readonly desk: DenialDesk
  readonly clock: Clock
  readonly log: (message: string, cause?: unknown) => void
}

/** Starts the local servers of a configuration as it says, and knows how each was started last. */
export interface Launcher extends Starts {
  readonly launch: LaunchServer
  /** Takes a line that a server wrote to its error output, or the text of a tool that failed. */
  heard(server: string, line: string): void
}

type LocalServer = Extract<ServerConfig, { readonly transport: 'stdio' }>

/** Words of a machine that has no sandbox to give: nothing about the server is wrong. */
const NO_SANDBOX: ReadonlySet<unknown> = new Set([
  ...['bwrap_missing', 'bwrap_too_old', 'userns_denied', 'userns_denied_apparmor'],
  ...['tool_missing', 'backend_unavailable'],
])

export function createLauncher(options: LauncherOptions): Launcher {
  const { config, desk, clock, log } = options
  const starts = new Map<string, Start>()
  const readers = new Map<string, ReturnType<typeof errorReader>>()

  const refuse = (server: string, thrown: unknown): never => {
    const { reason, message, fix } = refusalOf(thrown)
    starts.set(server, { kind: 'refused', at: clock(), reason, message, ...(fix && { fix }) })
    desk.refused(server, reason, fix)
    throw thrown
  }
  const open = async (
    launch: ServerLaunch,
    settings: LocalServer,
    program: Program,
    why?: string,
  ) => {
    const { server } = launch
    if (!config.sandbox.allowUnsandboxed) throw mustBeConfined(server)
    const [command = '', ...args] = program.command
    const env = { ...baseEnv(options.env), ...launch.env }
    const child = await launchPlain({ server, command, args, env, cwd: settings.cwd })
    const started = { kind: 'open', at: clock(), program: program.command } as const
    starts.set(server, { ...started, ...(why !== undefined && { why }) })
    return child
  }
  const confined = async (launch: ServerLaunch, settings: LocalServer, program: Program) => {
    const { server } = launch
    const { profile, command, cwd, notes } = await confine(
      confinementOf(options, launch, settings, program),
    )
    for (const note of notes) log(`server \`${server}\`: ${note}`)
    const env = { ...passed(options.env, profile.env.pass), ...launch.env }
    const contained = await options.sandbox.launch({ server, profile, command, env, cwd })
    const { child, backend, inForce } = contained
    const { runnable } = program
    if (runnable !== undefined && !(await options.packages.unchanged(runnable))) {
      child.kill('SIGKILL')
      throw swapped(server)
    }
    const { package: installed } = runnable ?? {}
    const started = { kind: 'started', at: clock(), backend, profile, program: command } as const
    starts.set(server, { ...started, inForce, ...(installed && { package: installed }) })
    readers.set(server, errorReader({ server, profile, watch: desk, exists: existsSync }))
    watchEnd(server, child, desk)
    return child
  }
  return {
    of: (server) => starts.get(server),
    heard: (server, line) => readers.get(server)?.read(line),
    async launch(launch) {
      const { server } = launch
      const settings = localServer(config, server)
      try {
        const program = await programOf(options.packages, server, settings)
        if (settings.sandbox.backend === 'none') return await open(launch, settings, program)
        try {
          return await confined(launch, settings, program)
        } catch (thrown) {
          const { reason, message, fix } = refusalOf(thrown)
          if (settings.sandbox.required || !NO_SANDBOX.has(reason)) throw thrown
          const why = whyOpen(server, message, fix)
          log(`server \`${server}\` runs without a sandbox: ${why}`)
          return await open(launch, settings, program, why)
        }
      } catch (thrown) {
        return refuse(server, thrown)
      }
    },
  }
}

function localServer({ servers }: Config, server: string): LocalServer {
  const settings = Object.hasOwn(servers, server) ? servers[server] : undefined
  if (settings?.transport === 'stdio') return settings
  throw new GatewayError('internal', 'internal error', { detail: `no local server \`${server}\`` })
}

function confinementOf(
  { config, env, home, own }: LauncherOptions,
  { server }: ServerLaunch,
  { sandbox, cwd }: LocalServer,
  { command: [command = '', ...args], runnable }: Program,
): Confinement {
  const around = { home, own, dataDir: config.dataDir, path: env['PATH'] ?? '' }
  return { server, settings: sandbox, command, args, cwd, ...around, code: runnable?.code ?? [] }
}

interface Program {
  readonly command: readonly string[]
  /** Where it is run from a package. */
  readonly runnable?: RunnablePackage
}

async function programOf(
  packages: RunPackages,
  server: string,
  settings: LocalServer,
): Promise<Program> {
  const wish = wishOf(settings)
  if (wish === undefined) return { command: [settings.command, ...settings.args] }
  const runnable = await packages.resolve(server, wish)
  return { command: runnable.command, runnable }
}

/** The package that a local server is run from: named, or fetched by its command. */
export function wishOf({ package: named, command, args }: LocalServer): PackageWish | undefined {
  if (named === undefined) return packageWishOf([command, ...args])
  const { version, integrity, bin, ...rest } = named
  return { ...rest, version, integrity, bin, args }
}

function mustBeConfined(server: string): GatewayError {
  const fix = 'set `sandbox.allowUnsandboxed: true`'
  const why = 'it must run in a sandbox'
  return sandboxRefusal({ server, reason: 'unsandboxed_refused', why, fix })
}

function swapped(server: string): GatewayError {
  const why = 'its files changed while it was started'
  return refusal({ server, reason: 'tree_changed', why })
}

function passed(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  )
}

function watchEnd(server: string, child: ChildProcessWithoutNullStreams, desk: DenialDesk): void {
  child.once('exit', (code, signal) => {
    const ending = endingOf({ code, signal }, child.killed, false)
    if (ending !== undefined) desk.ended(server, ending)
  })
}

/** Why nothing confines a server that is started after all, and what would. */
function whyOpen(server: string, message: string, fix: string | undefined): string {
  const what = message.replace(`server \`${server}\` is not started: `, '')
  return fix === undefined ? what : `${what}; ${fix}`
}

function refusalOf(thrown: unknown): {
  readonly reason: string
  readonly message: string
  readonly fix: string | undefined
} {
  if (!(thrown instanceof GatewayError))
    return { reason: 'internal', message: 'internal error', fix: undefined }
  const { reason, fix } = thrown.data ?? {}
  return {
    reason: typeof reason === 'string' ? reason : thrown.code,
    message: thrown.message,
    fix: typeof fix === 'string' ? fix : undefined,
  }
}
