import { diffPackages, type PackageDiff } from '../../packages/diff/diff.ts'
import { diffText } from '../../packages/diff/text.ts'
import type { PackageEntry, Packages } from '../../packages/packages.ts'
import { sightOf } from '../../packages/sight.ts'
import { printable } from '../terminal.ts'

/** An artifact, and in what it differs from the one that runs. */
export interface Compared {
  readonly entry: PackageEntry
  /** Undefined when nothing was ever approved. */
  readonly diff: PackageDiff | undefined
}

/** Compares an artifact with the one that was approved last, file by file and dependency by dependency. */
export async function compared(
  packages: Packages,
  entries: readonly PackageEntry[],
  entry: PackageEntry,
): Promise<Compared> {
  const before = entries
    .filter(({ state, id }) => state === 'approved' && id !== entry.id)
    .sort((left, right) => (left.decided ?? 0) - (right.decided ?? 0))
    .at(-1)
  if (before === undefined) return { entry, diff: undefined }
  const [old, now] = await Promise.all([
    sightOf(before, await packages.lockOf(before)),
    sightOf(entry, await packages.lockOf(entry)),
  ])
  return { entry, diff: diffPackages(old, now) }
}

/** The difference in words. What a server lists is compared when it runs. */
export function comparedText({ entry, diff }: Compared): readonly string[] {
  const { server } = entry
  const later = `what it lists is compared once it runs: \`bailiwick servers diff ${server}\``
  if (diff === undefined) return ['nothing was approved for this server before']
  return [...diffText(diff).map(printable), later]
}
