import type { Artifact } from './artifact.ts'

/** What of two artifacts is compared. */
type Compared = Pick<
  Artifact,
  'ecosystem' | 'name' | 'version' | 'integrity' | 'lock' | 'tree' | 'scripted' | 'scripts'
>

/**
 * What an artifact brings that the one before did not have, in words, the worst first.
 *
 * @param twins Artifacts of the same name and version that were ever installed.
 */
export function changesOf(
  before: Compared | undefined,
  after: Compared,
  twins: readonly Compared[],
): readonly string[] {
  const changes: string[] = []
  // A registry never changes a version that it gave out: whoever does, wants to replace it unseen.
  if (twins.some(({ integrity }) => integrity !== after.integrity))
    changes.push(`another archive for the same version ${after.version}`)
  if (before === undefined) return changes
  const scripted = newScripts(before, after)
  if (scripted.length > 0) changes.push(`new install scripts: ${scripted.join(', ')}`)
  if (before.scripts !== after.scripts)
    changes.push(after.scripts ? 'install scripts ran' : 'install scripts did not run')
  if (before.ecosystem !== after.ecosystem || before.name !== after.name)
    changes.push(`another package: ${before.name} → ${after.name}`)
  else if (before.version !== after.version)
    changes.push(`version ${before.version} → ${after.version}`)
  if (before.lock !== after.lock) changes.push('other dependencies in the lockfile')
  else if (before.tree !== after.tree) changes.push('other files from the same lockfile')
  return changes
}

/** Packages with install scripts that had none, whatever their version. */
function newScripts(before: Compared, after: Compared): readonly string[] {
  const had = new Set(before.scripted.map(nameOf))
  return after.scripted.filter((one) => !had.has(nameOf(one)))
}

function nameOf(nameAndVersion: string): string {
  return nameAndVersion.slice(0, nameAndVersion.lastIndexOf('@'))
}
