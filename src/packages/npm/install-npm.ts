import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '../../kernel/hash.ts'
import type { PackageProvenance, PackageWish } from '../../kernel/packages.ts'
import type { EgressRule } from '../../kernel/sandbox.ts'
import type { Artifact } from '../artifact.ts'
import { type Lock, type LockedPackage, readLock } from '../lock/lock.ts'
import { refusal } from '../refusal.ts'
import { runTool, type ToolBench, ToolFailure } from '../run-tool.ts'
import { readPlain } from '../store/read-plain.ts'
import type { Shelf, Staging } from '../store/shelf.ts'
import { digestTree } from '../store/tree.ts'
import { TreeFault } from '../store/walk.ts'
import { lockFault } from './check-lock.ts'
import type { NpmTool } from './find-npm.ts'
import {
  installArguments,
  npmEnvironment,
  rebuildArguments,
  resolveArguments,
} from './npm-arguments.ts'
import { npmFailure } from './npm-failure.ts'
import { programOf } from './program.ts'
import { hostsOf, type Registries, registryOf } from './registry.ts'
import { scriptedIn } from './scripted.ts'

/** Milliseconds for each run of npm. */
const TIMEOUT = 600_000
/** Bytes of a lockfile. */
const LONGEST = 16 << 20
const LOCKFILE = 'package-lock.json'
/** The same for every installation: npm writes it into files whose digest counts. */
const PROJECT = { name: 'bailiwick-package', version: '0.0.0', private: true }

/** Says where an archive was built; what npm has of it is at the registry. */
export type AskProvenance = (archive: {
  readonly registry: string
  readonly name: string
  readonly version: string
  readonly integrity: string
}) => Promise<PackageProvenance>

/** What an installation works with. */
export interface InstallBench extends ToolBench {
  readonly shelf: Pick<Shelf, 'adopt'>
  readonly provenance: AskProvenance
  /** Certificates that the operator's node trusts besides the usual. */
  readonly extraCertificates: string | undefined
  /** Told what happens, for whoever waits. */
  readonly tell: (step: string) => void
  readonly signal: AbortSignal | undefined
}

/** Something was installed into a staging folder. */
export interface Installed {
  readonly artifact: Artifact
  readonly lockText: string
}

/** What to install: by what was asked for, or by a lockfile that was approved before. */
export interface Order {
  readonly server: string
  readonly wish: PackageWish
  readonly lockText: string | undefined
}

/** npm, and where it takes packages from. */
export interface NpmSource {
  readonly npm: NpmTool
  readonly registries: Registries
}

/**
 * Installs a package of npm into a staging folder, confined, with its scripts off: versions first, then,
 * when the lockfile holds nothing but archives of the operator's registries, these by their digests.
 *
 * @throws GatewayError `package_refused`, or `sandbox_unavailable` when nothing confines npm here.
 */
export async function installNpm(
  bench: InstallBench,
  { npm, registries }: NpmSource,
  order: Order,
  staging: Staging,
): Promise<Installed> {
  const { server, wish } = order
  const hosts = await hostsOf(registries)
  const run = npmRunner(bench, { npm, registries }, server, staging)
  if (order.lockText === undefined) {
    bench.tell(`looking for ${wish.name}@${wish.version ?? 'latest'}`)
    staging.write('package.json', manifestText({}))
    await run(resolveArguments(npm, `${wish.name}@${wish.version ?? 'latest'}`), hosts)
  }
  const lockText = order.lockText ?? lockIn(server, staging)
  const fault = lockFault(lockText, registries)
  if (fault !== undefined) throw refusal({ server, reason: 'install_failed', why: fault })
  const lock = readLock('npm', lockText)
  const own = ownIn(server, lock, wish)
  const { name, version } = own
  const integrity = integrityOf(server, own, wish)
  // As we write them, so that the same lockfile always gives the same folder.
  staging.write('package.json', manifestText({ [name]: version }))
  staging.write(LOCKFILE, lockText)
  bench.tell(`fetching ${lock.packages.size} packages for ${name}@${version}`)
  await run(installArguments(npm), hosts)
  const scripted = scriptedIn(staging.tree, lock)
  const scripts = wish.scripts && scripted.length > 0
  if (scripts) {
    bench.tell(`running the install scripts of ${scripted.length} packages, without a network`)
    await run(rebuildArguments(npm), [])
  }
  if (lockIn(server, staging) !== lockText) {
    const why = 'its lockfile changed while it was installed'
    throw refusal({ server, reason: 'lock_changed', why })
  }
  const tree = await sealed(bench, server, staging)
  const program = programOf(staging.tree, name, wish.bin)
  if ('fault' in program) throw refusal({ server, reason: 'install_failed', why: program.fault })
  bench.tell('asking where it was built')
  const registry = registryOf(registries, name).href
  const provenance = await bench.provenance({ registry, name, version, integrity })
  return {
    lockText,
    artifact: {
      ...{ ecosystem: 'npm', name, version, integrity, scripted, scripts, provenance, tree },
      ...{ lock: sha256(lockText), dependencies: lock.packages.size - 1 },
    },
  }
}

function manifestText(dependencies: Readonly<Record<string, string>>): string {
  return `${JSON.stringify({ ...PROJECT, dependencies }, undefined, 2)}\n`
}

/** Runs npm in the staging folder, with the hosts that it may reach. */
function npmRunner(
  bench: InstallBench,
  { npm, registries }: NpmSource,
  server: string,
  { folder, tree }: Staging,
): (command: readonly string[], hosts: readonly EgressRule[]) => Promise<void> {
  const { extraCertificates, signal } = bench
  const env = npmEnvironment(npm, folder, registries, extraCertificates)
  const certificates = [registries.cafile, extraCertificates]
    .filter((file) => file !== undefined)
    .flatMap((file) => (existsSync(file) ? [realpathSync(file)] : []))
  const reads = [...new Set([npm.command[0], npm.folder, ...certificates])]
  const common = { server, env, folder, cwd: tree, reads, timeout: TIMEOUT, signal }
  return async (command, hosts) => {
    try {
      await runTool(bench, { ...common, command, hosts })
    } catch (error) {
      if (!(error instanceof ToolFailure)) throw error
      const { reason, why } = npmFailure(error.said)
      throw refusal({ server, reason, why, cause: error, detail: error.said.slice(-4_096) })
    }
  }
}

/** Makes the tree ours, and gives its digest: from here on it must not change. */
async function sealed(bench: InstallBench, server: string, { tree }: Staging): Promise<string> {
  try {
    await bench.shelf.adopt(tree)
    return (await digestTree(tree)).digest
  } catch (cause) {
    if (!(cause instanceof TreeFault)) throw cause
    throw refusal({ server, reason: 'install_failed', why: cause.message, cause })
  }
}

function ownIn(server: string, lock: Lock, wish: PackageWish): LockedPackage {
  const own = lock.packages.get(`node_modules/${wish.name}`)
  if (own === undefined || own.name !== wish.name)
    throw refusal({ server, reason: 'install_failed', why: `npm did not find \`${wish.name}\`` })
  return own
}

function integrityOf(server: string, own: LockedPackage, wish: PackageWish): string {
  const [integrity] = own.integrity.filter((one) => one.startsWith('sha512-'))
  if (integrity === undefined) {
    const why = 'the registry has no SHA-512 of its archive'
    throw refusal({ server, reason: 'install_failed', why })
  }
  if (wish.integrity !== undefined && wish.integrity !== integrity) {
    const why = `its archive is \`${integrity}\`, and the configuration says \`${wish.integrity}\``
    throw refusal({ server, reason: 'integrity_mismatch', why })
  }
  return integrity
}

/** The lockfile that npm wrote, if it is one: what runs in the staging folder could put anything there. */
function lockIn(server: string, { tree }: Staging): string {
  const text = readPlain(join(tree, LOCKFILE), LONGEST)
  if (text !== undefined) return text
  throw refusal({ server, reason: 'install_failed', why: 'npm wrote no lockfile' })
}
