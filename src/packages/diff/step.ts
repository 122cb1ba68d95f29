import semver from 'semver'
import type { VersionStep } from './change.ts'

/** How far a version is from the one before. Versions that semver cannot read are `unordered`. */
export function stepOf(from: string, to: string): VersionStep {
  if (from === to) return 'same'
  const [before, after] = [semver.parse(from), semver.parse(to)]
  if (before === null || after === null) return 'unordered'
  const order = before.compare(after)
  if (order > 0) return 'downgrade'
  if (order === 0) return 'unordered'
  if (after.prerelease.length > 0) return 'prerelease'
  if (before.major !== after.major) return 'major'
  return before.minor === after.minor ? 'patch' : 'minor'
}
