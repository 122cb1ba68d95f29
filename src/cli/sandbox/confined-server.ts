import type { Loaded, ServerConfig } from '../../config/config.ts'
import { toGatewayError } from '../../kernel/errors.ts'
import type { PackageWish } from '../../kernel/packages.ts'
import type { SandboxProfile } from '../../kernel/sandbox.ts'
import { type Confined, confine } from '../../sandbox/profile/confine.ts'
import { CommandError } from '../command-error.ts'
import { wishOf } from '../containment/launcher.ts'
import type { Context } from '../context.ts'

export type LocalServer = Extract<ServerConfig, { readonly transport: 'stdio' }>

/** A local server with the profile that it would be started with now. */
export interface ConfinedServer {
  readonly name: string
  readonly settings: LocalServer
  readonly wish: PackageWish | undefined
  readonly profile: SandboxProfile
  /** The program and its arguments; of a package, as its configuration says. */
  readonly command: readonly string[]
  readonly cwd: string | undefined
  readonly notes: readonly string[]
}

/**
 * Confines a local server of the configuration, as the gateway would. The code of a package is left out:
 * it is wherever the package was installed.
 *
 * @throws {CommandError} `usage` for a server that is not there or is remote; `findings` when its profile
 *   is refused.
 */
export async function confinedServer(
  { env, homedir }: Pick<Context, 'env' | 'homedir'>,
  { config, path: file }: Loaded,
  name: string,
): Promise<ConfinedServer> {
  const settings = localServer(config.servers, name)
  const wish = wishOf(settings)
  const { sandbox, cwd, command, args } = settings
  try {
    const confined: Confined = await confine({
      ...{ server: name, settings: sandbox, cwd, home: homedir, dataDir: config.dataDir },
      // a program that is there in any case stands for the one of the package
      ...(wish === undefined ? { command, args } : { command: process.execPath, args: [] }),
      path: env['PATH'] ?? '',
      own: file === undefined ? [] : [file],
    })
    const shown = wish === undefined ? confined.command : [command, ...args]
    return { name, settings, wish, ...confined, command: shown }
  } catch (thrown) {
    throw refusedByProfile(thrown)
  }
}

/** Why a profile cannot be put in force, for a person. */
export function refusedByProfile(thrown: unknown): CommandError {
  const { message, data } = toGatewayError(thrown)
  const fix = data?.['fix']
  return new CommandError(message, {
    exit: 'findings',
    cause: thrown,
    ...(typeof fix === 'string' ? { fix } : {}),
  })
}

/** @throws {CommandError} `usage` */
export function localServer(servers: Loaded['config']['servers'], name: string): LocalServer {
  const server = Object.hasOwn(servers, name) ? servers[name] : undefined
  if (server?.transport === 'stdio') return server
  const why =
    server === undefined
      ? `there is no server \`${name.slice(0, 100)}\` in the configuration`
      : `\`${name}\` is a remote server: nothing of it runs here`
  throw new CommandError(why, { exit: 'usage', fix: '`bailiwick servers ls` lists them' })
}
