import type { InstalledPackage } from '../../kernel/packages.ts'
import { readLock } from '../lock/lock.ts'
import { type Change, type Difference, RISKS, type Risk } from './change.ts'
import { compareDependencies } from './dependencies.ts'
import { readManifest } from './manifest.ts'
import { compareManifests } from './manifests.ts'
import { riskOf } from './risk.ts'
import { compareScripts } from './scripts.ts'
import { stepOf } from './step.ts'

/** An installed artifact with what it is compared by. */
export interface PackageSight {
  readonly package: InstalledPackage
  /** Text of its lockfile. */
  readonly lock: string
  /** Text of its `package.json`; absent for ecosystems without one. */
  readonly manifest?: string
  /** Text of the `package.json` of each package with install scripts, by `name@version`. */
  readonly scripted?: ReadonlyMap<string, string>
  /** Digest of each file by its path in the artifact's folder. */
  readonly files?: ReadonlyMap<string, string>
  /** Bytes of all files together. */
  readonly size?: number
}

/** In what an artifact differs from the one that was approved before it. */
export interface PackageDiff {
  readonly server: string
  readonly name: string
  readonly from: string
  readonly to: string
  /** The highest of its changes; `none` without any. */
  readonly risk: Risk | 'none'
  /** The riskiest first. */
  readonly changes: readonly Change[]
}

/**
 * Compares an artifact with the one that was approved. What is equal is not in it.
 *
 * @throws GatewayError as `readLock` does.
 */
export function diffPackages(before: PackageSight, after: PackageSight): PackageDiff {
  const changes = [
    ...identity(before.package, after.package),
    ...compareDependencies(
      readLock(before.package.ecosystem, before.lock),
      readLock(after.package.ecosystem, after.lock),
    ),
    ...compareManifests(readManifest(before.manifest), readManifest(after.manifest)),
    ...compareScripts(before, after),
    ...bulk(before, after),
  ]
    .map((difference): Change => ({ ...difference, risk: riskOf(difference) }))
    .sort((a, b) => RISKS.indexOf(b.risk) - RISKS.indexOf(a.risk))
  return {
    server: after.package.server,
    name: after.package.name,
    from: before.package.version,
    to: after.package.version,
    risk: changes[0]?.risk ?? 'none',
    changes,
  }
}

function* identity(before: InstalledPackage, after: InstalledPackage): Generator<Difference> {
  const same = before.name === after.name && before.ecosystem === after.ecosystem
  if (!same) yield { kind: 'name', from: nameOf(before), to: nameOf(after) }
  const step = stepOf(before.version, after.version)
  if (same && step !== 'same')
    yield { kind: 'version', from: before.version, to: after.version, step }
  if (same && step === 'same' && before.integrity !== after.integrity)
    yield { kind: 'integrity', from: before.integrity, to: after.integrity }
  const { provenance: from } = before
  const { provenance: to } = after
  const repository = (of: typeof from) => (of.kind === 'verified' ? of.repository : undefined)
  const builder = (of: typeof from) => (of.kind === 'verified' ? of.builder : undefined)
  if (from.kind !== to.kind || repository(from) !== repository(to) || builder(from) !== builder(to))
    yield { kind: 'provenance', from, to }
}

function nameOf({ ecosystem, name }: InstalledPackage): string {
  return `${ecosystem}:${name}`
}

function* bulk(before: PackageSight, after: PackageSight): Generator<Difference> {
  if (before.size !== undefined && after.size !== undefined && before.size !== after.size)
    yield { kind: 'size', from: before.size, to: after.size }
  if (before.files === undefined || after.files === undefined) return
  const { files: earlier } = before
  const { files: later } = after
  const added = [...later.keys()].filter((path) => !earlier.has(path)).length
  const removed = [...earlier.keys()].filter((path) => !later.has(path)).length
  const changed = [...later].filter(
    ([path, digest]) => earlier.has(path) && earlier.get(path) !== digest,
  ).length
  if (added + removed + changed > 0) yield { kind: 'files', added, removed, changed }
}
