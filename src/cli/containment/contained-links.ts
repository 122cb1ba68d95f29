import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import type { Config } from '../../config/config.ts'
import type { SandboxRunner } from '../../kernel/sandbox.ts'
import { createLinkOpener, type LinkOpener } from '../../mcp/upstream/open-link.ts'
import { openPackages, type Packages } from '../../packages/packages.ts'
import { refusal } from '../../packages/refusal.ts'
import { denialDesk } from '../../sandbox/denials/denial-desk.ts'
import { proven } from '../../sandbox/preflight/preflight.ts'
import { createSandbox } from '../../sandbox/sandbox.ts'
import type { Context } from '../context.ts'
import { openConfiguredStore } from '../open-records.ts'
import { prove } from '../sandbox/prove.ts'
import { talk } from '../terminal.ts'
import { createLauncher, type RunPackages } from './launcher.ts'

/** Opens links for one command, and ends what they needed. */
export interface ContainedLinks {
  readonly openLink: LinkOpener['openLink']
  close(): Promise<void>
}

/**
 * Opens links for a command that is no gateway. Local servers start in the same sandbox as there, and from
 * packages that were approved: asking a server what it offers runs it. Nothing of it goes on record.
 */
export function containedLinks(config: Config, context: Context): ContainedLinks {
  const { env } = context
  const clock = Date.now
  const log = (message: string): void => talk(context, message)
  const desk = denialDesk({ witness: async () => {}, clock, log })
  const sandbox = createSandbox({ watch: desk, servers: Object.keys(config.servers) })
  const packages = approvedPackages(config, context, sandbox)
  const launcher = createLauncher({
    ...{ config, env, packages, desk, clock, log, own: [] },
    sandbox: proven(sandbox, () => prove({ env }, config.dataDir)),
    home: env['HOME'] ?? homedir(),
  })
  const opener = createLinkOpener({
    baseEnv: {},
    launch: launcher.launch,
    onStderr: launcher.heard,
  })
  return {
    openLink: opener.openLink,
    async close() {
      opener.close()
      await sandbox.close()
      await packages.close()
    },
  }
}

/** The packages of a data directory: opened when the first is asked for, and none is installed. */
function approvedPackages(
  config: Config,
  context: Context,
  sandbox: SandboxRunner,
): RunPackages & { close(): Promise<void> } {
  let opened: Promise<{ book: Packages; close: () => Promise<void> }> | undefined
  const open = async () => {
    const store = await openConfiguredStore(config, context)
    const book = await openPackages({
      ...{ store, sandbox, witness: async () => {}, clock: Date.now },
      ...{ dataDir: config.dataDir, unsandboxed: false, env: context.env },
      firstSight: () => 'quarantine',
      log: (message) => talk(context, message),
    })
    return { book, close: store.close }
  }
  return {
    async resolve(server, wish) {
      if (config.store.kind === 'sqlite' && !existsSync(config.store.path)) {
        throw refusal({
          ...{ server, reason: 'not_installed', why: 'its package was never installed' },
          fix: `run \`bailiwick packages install ${server}\``,
        })
      }
      opened ??= open()
      return (await opened).book.resolve(server, wish)
    },
    unchanged: async (runnable) => (await opened)?.book.unchanged(runnable) ?? false,
    async close() {
      await (await opened?.catch(() => undefined))?.close()
    },
  }
}
