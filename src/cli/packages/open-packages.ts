import type { Config, ServerConfig } from '../../config/config.ts'
import type { PackageWish } from '../../kernel/packages.ts'
import { openPackages, type PackageEntry, type Packages } from '../../packages/packages.ts'
import { createSandbox } from '../../sandbox/sandbox.ts'
import { CommandError } from '../command-error.ts'
import { openCommandRecorder, whoAtTerminal } from '../command-recorder.ts'
import { wishOf } from '../containment/launcher.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { load } from '../load.ts'
import { openConfiguredStore } from '../open-records.ts'
import { logger, printable, talk } from '../terminal.ts'

/** A server that is run from a package. */
export interface PackageServer {
  readonly name: string
  readonly wish: PackageWish
  readonly command: readonly string[]
}

/** Packages, open for one command. */
export interface OpenPackages {
  readonly packages: Packages
  /** Servers of the configuration that are run from packages, in its order. */
  readonly servers: readonly PackageServer[]
  /** Who sits at the terminal, for the record. */
  readonly by: string
}

/** Opens the packages of the configuration for one command, also beside a running gateway. */
export async function withPackages(
  context: Context,
  use: (open: OpenPackages) => Promise<Exit>,
): Promise<Exit> {
  const { config } = load(context)
  const { env } = context
  const log = logger(context)
  const store = await openConfiguredStore(config, context)
  try {
    const recorder = await openCommandRecorder(config, store, log)
    const sandbox = createSandbox({
      watch: { denied: (denial) => told(context, denial), used: () => {} },
      servers: Object.keys(config.servers),
    })
    try {
      const packages = await openPackages({
        ...{ store, witness: recorder.witness, clock: Date.now, sandbox, env, log },
        dataDir: config.dataDir,
        unsandboxed: config.sandbox.allowUnsandboxed,
        firstSight: () => 'quarantine',
      })
      return await use({ packages, servers: serversOf(config), by: whoAtTerminal() })
    } finally {
      await sandbox.close()
      await recorder.close()
    }
  } finally {
    await store.close()
  }
}

function told(context: Context, denial: { readonly target: string; readonly reason: string }) {
  talk(context, printable(`refused to the installation: ${denial.target} (${denial.reason})`))
}

function serversOf({ servers }: Config): readonly PackageServer[] {
  return Object.entries(servers).flatMap(([name, server]) => {
    const wish = server.transport === 'stdio' ? wishOf(server) : undefined
    return wish === undefined ? [] : [{ name, wish, command: commandOf(server) }]
  })
}

function commandOf(server: ServerConfig): readonly string[] {
  if (server.transport !== 'stdio') return []
  const { package: named, command, args } = server
  if (named === undefined) return [command, ...args]
  const version = named.version === undefined ? '' : `@${named.version}`
  return [`${named.ecosystem}:${named.name}${version}`, ...args]
}

/**
 * The servers that a command is about: one that is named, or all.
 *
 * @throws {CommandError} `usage` when the named one is not run from a package.
 */
export function serversNamed(
  servers: readonly PackageServer[],
  name: string | undefined,
): readonly PackageServer[] {
  if (name === undefined) return servers
  const found = servers.filter((server) => server.name === name)
  if (found.length > 0) return found
  throw new CommandError(`\`${name}\` is no local server that is run from a package`, {
    exit: 'usage',
    fix: `run \`bailiwick servers ls\`, or give it a \`package\` in the configuration`,
  })
}

/**
 * The artifact that is meant: by how its id begins, or the last one of the states.
 *
 * @throws {CommandError} `usage` when there is none, or several begin so.
 */
export function entryNamed(
  entries: readonly PackageEntry[],
  server: string,
  id: string | undefined,
  states: readonly PackageEntry['state'][],
): PackageEntry {
  const open = entries.filter(({ state }) => states.includes(state))
  const found = id === undefined ? open.slice(-1) : entries.filter((one) => one.id.startsWith(id))
  const [entry] = found
  if (entry !== undefined && found.length === 1) return entry
  const what = id === undefined ? `nothing of \`${server}\` waits` : `\`${id}\` is not one artifact`
  throw new CommandError(what, {
    exit: 'usage',
    fix: `\`bailiwick packages ls ${server}\` lists what was installed`,
  })
}
