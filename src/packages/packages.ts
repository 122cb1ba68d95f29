import { realpathSync } from 'node:fs'
import type { Witness } from '../kernel/event.ts'
import type { PackageBook, PackageWish, RunnablePackage } from '../kernel/packages.ts'
import type { FirstSight } from '../kernel/pins.ts'
import type { Clock } from '../kernel/ports.ts'
import type { SandboxRunner } from '../kernel/sandbox.ts'
import type { Store } from '../store/store.ts'
import { askProvenance } from './ask-provenance.ts'
import { type FileFault, fileCheck } from './check-files.ts'
import { type Decided, decisions } from './decide.ts'
import { type Installation, type InstallOptions, installer } from './install.ts'
import type { AskProvenance } from './npm/install-npm.ts'
import { findPythonTools } from './pypi/install-pypi.ts'
import { resolver } from './resolve.ts'
import { type PackageEntry, packageRows } from './rows.ts'
import { openShelf } from './store/shelf.ts'

export type { Decided } from './decide.ts'
export type { Installation, InstallOptions } from './install.ts'
export type { PackageEntry } from './rows.ts'

/** Who installs as somebody else than root: the last of the uids that servers get. */
const INSTALLER = 64_999

export interface PackagesOptions {
  readonly store: Store
  readonly witness: Witness
  readonly clock: Clock
  /** Packages live below it, in `packages`. */
  readonly dataDir: string
  /** Runs what installs, confined. */
  readonly sandbox: SandboxRunner
  /** Whether the operator lets programs run where nothing confines them. */
  readonly unsandboxed: boolean
  /** Of the operator: where their npm is, and how it is set up. Nothing of it reaches a package. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** What becomes of a package that is configured and was never installed, when its server is to start. */
  readonly firstSight: (server: string) => FirstSight
  /** One line for the operator. */
  readonly log: (message: string, cause?: unknown) => void
  /** Asks the registry when absent. */
  readonly provenance?: AskProvenance
}

/** The packages of this machine: what was installed, what was decided, what may run. */
export interface Packages extends PackageBook {
  /**
   * Whether the files of a program are still those that `resolve` checked: asked again once it runs and
   * before it is spoken with, it shows what was swapped in between.
   */
  unchanged(runnable: RunnablePackage): Promise<boolean>
  /** Of one server or of all, oldest first. */
  list(server?: string): Promise<readonly PackageEntry[]>
  /**
   * Brings what a server needs onto this machine. What was approved before is put back as it was, else it
   * is resolved now, and waits for a decision.
   *
   * @throws GatewayError `package_refused`, `sandbox_unavailable`, or as the store does.
   */
  install(server: string, wish: PackageWish, options: InstallOptions): Promise<Installation>
  /** Looks for what the wish means today. It waits for a decision when it is another. Throws as `install`. */
  update(server: string, wish: PackageWish, options: InstallOptions): Promise<Installation>
  /** Lets an artifact run, or not; undefined when the server has no such artifact. */
  decide(server: string, id: string, decided: Decided): Promise<PackageEntry | undefined>
  /** Reads every file of an artifact: what is wrong with them, if anything. */
  verify(entry: PackageEntry): Promise<FileFault | undefined>
  /** The lockfile of an artifact. @throws GatewayError `package_refused` when the database has another. */
  lockOf(entry: PackageEntry): Promise<string>
}

/**
 * Opens the packages of a data directory, and removes what broken installations left there.
 *
 * @throws an error of the file system when its folders cannot be made.
 */
export async function openPackages(options: PackagesOptions): Promise<Packages> {
  const { store, witness, clock, dataDir, env, sandbox, unsandboxed } = options
  const root = process.getuid?.() === 0
  const shelf = await openShelf(dataDir, root ? INSTALLER : undefined)
  const rows = packageRows(store, shelf.at)
  const tools = findPythonTools(env['PATH'])
  const python = typeof tools === 'string' ? [] : [tools.python]
  // An environment of Python runs the interpreter of the machine.
  const files = fileCheck(({ ecosystem }) => (ecosystem === 'pypi' ? python : []))
  const node = realpathSync(process.execPath)
  const { install, lockOf } = installer({
    ...{ rows, shelf, files, witness, clock, node, env },
    bench: { sandbox, unsandboxed, runAs: root ? INSTALLER : 'auto' },
    provenance: options.provenance ?? askProvenance,
  })
  const { decide } = decisions({ rows, shelf, witness, clock })
  const { resolve } = resolver({ ...options, rows, files, node, install, decide })
  return {
    resolve,
    install: (server, wish, how) => install(server, wish, { ...how, fresh: false }),
    update: (server, wish, how) => install(server, wish, { ...how, fresh: true }),
    decide,
    lockOf,
    list: rows.list,
    verify: files.recheck,
    async unchanged({ package: { server, folder } }) {
      const entry = (await rows.list(server)).find((row) => row.folder === folder)
      return entry !== undefined && (await files.check(entry)) === undefined
    },
  }
}
