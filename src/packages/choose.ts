import type { PackageRefusal, PackageWish } from '../kernel/packages.ts'
import type { PackageEntry } from './rows.ts'
import { fits, type VersionKind } from './wish.ts'

/** Which artifact of a server a wish means, or why none. */
export type Choice =
  | { readonly entry: PackageEntry }
  | { readonly reason: PackageRefusal; readonly why: string }

/**
 * The artifact to run: of those that were approved and that the wish means, the one that was decided on
 * last. Nothing stands in for it: an approved artifact is not run for another wish.
 */
export function choose(
  rows: readonly PackageEntry[],
  wish: PackageWish,
  kind: VersionKind,
): Choice {
  const meant = rows.filter(
    (row) => row.ecosystem === wish.ecosystem && row.name === wish.name && fits(wish, kind, row),
  )
  const whole = meant.filter((row) => missed(row, wish) === undefined)
  const entry = latest(whole.filter(({ state }) => state === 'approved'))
  if (entry !== undefined) return { entry }
  const waiting = latest(whole.filter(({ state }) => state === 'pending'))
  if (waiting !== undefined)
    return { reason: 'not_approved', why: `nobody approved \`${named(waiting)}\`` }
  const rejected = latest(whole)
  if (rejected !== undefined)
    return { reason: 'rejected', why: `\`${named(rejected)}\` was rejected` }
  const other = latest(meant)
  if (other !== undefined)
    return missed(other, wish) ?? { reason: 'not_installed', why: 'it was never installed' }
  const any = latest(rows)
  if (any === undefined) return { reason: 'not_installed', why: 'it was never installed' }
  return {
    reason: 'version_changed',
    why: `\`${asked(wish)}\` is configured, and \`${named(any)}\` was installed`,
  }
}

/** In what an artifact of the right version is not the one that is meant. */
function missed(
  row: PackageEntry,
  wish: PackageWish,
): Exclude<Choice, { entry: unknown }> | undefined {
  if (wish.integrity !== undefined && !row.integrity.split(' ').includes(wish.integrity))
    return {
      reason: 'integrity_mismatch',
      why: `the archive of \`${named(row)}\` is not the one that the configuration names`,
    }
  if (row.scripts !== (wish.scripts && row.scripted.length > 0))
    return {
      reason: 'scripts_changed',
      why: row.scripts
        ? 'it was installed with its install scripts, which the configuration forbids now'
        : 'it was installed without its install scripts, which the configuration allows now',
    }
  return undefined
}

/** The one that was decided on, or else installed, last. */
export function latest(rows: readonly PackageEntry[]): PackageEntry | undefined {
  return rows.reduce<PackageEntry | undefined>(
    (last, row) => (last === undefined || since(row) >= since(last) ? row : last),
    undefined,
  )
}

function since({ decided, installed }: PackageEntry): number {
  return decided ?? installed
}

function named({ name, version }: PackageEntry): string {
  return `${name}@${version}`
}

function asked({ name, version }: PackageWish): string {
  return version === undefined ? name : `${name}@${version}`
}
