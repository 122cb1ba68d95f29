import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecurityEvent } from '../../kernel/event.ts'
import type { PackageWish, RunnablePackage } from '../../kernel/packages.ts'
import { type FreshStore, freshStore } from '../../store/testing/fresh-store.ts'
import { openPackages, type Packages, type PackagesOptions } from '../packages.ts'
import { type PlainRunner, plainRunner } from './plain-runner.ts'
import { type TestRegistry, testRegistry } from './registry.ts'

/** A registry, a store, and packages that are installed from one into the other. */
export interface PackageScene {
  readonly registry: TestRegistry
  readonly runner: PlainRunner
  readonly store: FreshStore
  readonly dataDir: string
  readonly events: SecurityEvent[]
  readonly packages: Packages
  /** Opens the same folders and the same database once more, as another process would. */
  reopen(options?: Partial<PackagesOptions>): Promise<Packages>
  /** Installs and approves. */
  approved(server: string, wish: PackageWish): Promise<string>
  close(): Promise<void>
}

export const HOW = { tell: () => {}, signal: undefined }

/** Opens a scene on SQLite, without a sandbox. */
export async function packageScene(options: Partial<PackagesOptions> = {}): Promise<PackageScene> {
  const registry = await testRegistry()
  const store = await freshStore('sqlite')
  const runner = plainRunner()
  const events: SecurityEvent[] = []
  // Not below the store's folder, which others may not enter.
  const dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-packages-'))
  const npmrc = join(store.directory, 'npmrc')
  writeFileSync(
    npmrc,
    `registry=${registry.url}\n${registry.url.slice(5)}:_authToken=token-of-the-operator\n`,
  )
  const reopen = (more: Partial<PackagesOptions> = {}) =>
    openPackages({
      ...{ store: store.store, clock: Date.now, dataDir, sandbox: runner, unsandboxed: false },
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        HOME: store.directory,
        NPM_CONFIG_USERCONFIG: npmrc,
      },
      witness: async (event) => void events.push(event),
      firstSight: () => 'quarantine',
      log: () => {},
      ...options,
      ...more,
    })
  const packages = await reopen()
  return {
    ...{ registry, runner, store, dataDir, events, packages, reopen },
    async approved(server, wish) {
      const { entry } = await packages.install(server, wish, HOW)
      await packages.decide(server, entry.id, { state: 'approved', by: 'test', reason: undefined })
      return entry.id
    },
    async close() {
      await registry.close()
      await store.remove()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** What is asked for when nothing else is said. */
export function wishFor(
  name: string,
  version?: string,
  more: Partial<PackageWish> = {},
): PackageWish {
  return {
    ...{ ecosystem: 'npm', name, version, integrity: undefined, bin: undefined, args: [] },
    ...{ scripts: false, provenance: 'optional' },
    ...more,
  }
}

/** A small program that says which it is. */
export function program(says: string): Readonly<Record<string, string>> {
  return {
    'main.js': `#!/usr/bin/env node\nconsole.log(${JSON.stringify(says)}, ...process.argv.slice(2))\n`,
  }
}

/** Runs it, and returns what it says. */
export function saidBy({ command: [file = '', ...args] }: RunnablePackage): string {
  return execFileSync(file, args, { encoding: 'utf8' }).trim()
}
