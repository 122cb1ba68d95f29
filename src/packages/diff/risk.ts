import type { Difference, Risk, VersionStep } from './change.ts'

const OF_STEP: Readonly<Record<VersionStep, Risk>> = {
  same: 'low',
  patch: 'low',
  minor: 'low',
  major: 'medium',
  prerelease: 'medium',
  downgrade: 'high',
  unordered: 'medium',
}

/** Sizes grow; threefold is a different program. */
const MUCH = 3

/** How much a difference deserves to be looked at, by what it lets somebody do who means harm. */
export function riskOf(difference: Difference): Risk {
  switch (difference.kind) {
    case 'integrity':
    case 'dependency-integrity':
      // A registry never gives other bytes for a version.
      return 'alarming'
    case 'name':
    case 'script-added':
    case 'script-changed':
    case 'dependency-source':
    case 'repository':
      return 'high'
    case 'provenance':
      return provenanceRisk(difference)
    case 'version':
    case 'dependency-changed':
      return OF_STEP[difference.step]
    case 'dependency-added':
    case 'bin-added':
    case 'people':
      return 'medium'
    case 'size':
      return difference.to > difference.from * MUCH ? 'medium' : 'low'
    case 'dependency-removed':
    case 'script-removed':
    case 'bin-removed':
    case 'license':
    case 'files':
      return 'low'
  }
}

function provenanceRisk({ from, to }: Extract<Difference, { readonly kind: 'provenance' }>): Risk {
  if (to.kind === 'unverified') return 'alarming'
  if (from.kind !== 'verified') return 'low'
  // Whoever stole a publisher's token has no build that would attest.
  if (to.kind === 'absent') return 'high'
  return from.repository === to.repository ? 'medium' : 'high'
}
