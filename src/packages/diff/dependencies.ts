import type { Lock, LockedPackage } from '../lock/lock.ts'
import type { Difference } from './change.ts'
import { stepOf } from './step.ts'

/** Compares what two lockfiles pin, by name: where in the tree a package lies is no matter. */
export function* compareDependencies(before: Lock, after: Lock): Generator<Difference> {
  const earlier = byName(before)
  const later = byName(after)
  for (const [name, now] of later) {
    const was = earlier.get(name)
    if (was === undefined) yield { kind: 'dependency-added', name, versions: versionsOf(now) }
    else yield* compare(name, was, now)
  }
  for (const [name, was] of earlier)
    if (!later.has(name)) yield { kind: 'dependency-removed', name, versions: versionsOf(was) }
}

/** The roots are the artifact itself, which is compared by its own words. */
function byName({ packages, roots }: Lock): ReadonlyMap<string, readonly LockedPackage[]> {
  const own = new Set(roots.length === 1 ? roots : [])
  const found = Map.groupBy(
    [...packages.values()].filter(({ place }) => !own.has(place)),
    ({ name }) => name,
  )
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function* compare(
  name: string,
  was: readonly LockedPackage[],
  now: readonly LockedPackage[],
): Generator<Difference> {
  const [from, to] = [versionsOf(was), versionsOf(now)]
  const gone = from.filter((version) => !to.includes(version))
  const come = to.filter((version) => !from.includes(version))
  if (gone.length + come.length > 0) {
    const [before, after] = [gone.at(-1) ?? from.at(-1) ?? '', come[0] ?? to[0] ?? '']
    yield { kind: 'dependency-changed', name, from, to, step: stepOf(before, after) }
  }
  for (const version of to.filter((one) => from.includes(one)))
    if (swapped(archivesOf(was, version), archivesOf(now, version)))
      yield { kind: 'dependency-integrity', name, version }
  const hosts = hostsOf(was)
  const other = hostsOf(now).find((host) => hosts.length > 0 && !hosts.includes(host))
  if (other !== undefined)
    yield { kind: 'dependency-source', name, from: hosts.join(', '), to: other }
}

function versionsOf(packages: readonly LockedPackage[]): readonly string[] {
  return [...new Set(packages.map(({ version }) => version))].sort()
}

function archivesOf(packages: readonly LockedPackage[], version: string): ReadonlySet<string> {
  return new Set(
    packages.filter((one) => one.version === version).flatMap(({ integrity }) => integrity),
  )
}

/** Whether a version has an archive that it did not have, or is not held to one any more. */
function swapped(was: ReadonlySet<string>, now: ReadonlySet<string>): boolean {
  return (
    (now.size === 0 && was.size > 0) ||
    (was.size > 0 && [...now].some((archive) => !was.has(archive)))
  )
}

function hostsOf(packages: readonly LockedPackage[]): readonly string[] {
  const hosts = packages.flatMap(({ resolved }) =>
    resolved !== undefined && URL.canParse(resolved) ? [new URL(resolved).host] : [],
  )
  return [...new Set(hosts)].sort()
}
