import type { Difference } from './change.ts'
import type { Manifest } from './manifest.ts'

/** Compares what two versions of a package say of themselves. Scripts are compared with those of the tree. */
export function* compareManifests(before: Manifest, after: Manifest): Generator<Difference> {
  for (const [name, file] of after.bins)
    if (before.bins.get(name) !== file) yield { kind: 'bin-added', name, file }
  for (const name of before.bins.keys())
    if (!after.bins.has(name)) yield { kind: 'bin-removed', name }
  const added = after.people.filter((person) => !before.people.includes(person))
  const removed = before.people.filter((person) => !after.people.includes(person))
  if (added.length + removed.length > 0) yield { kind: 'people', added, removed }
  const { repository, license } = after
  if (before.repository !== repository)
    yield { kind: 'repository', from: before.repository, to: repository }
  if (before.license !== license) yield { kind: 'license', from: before.license, to: license }
}
