import type { PackageProvenance } from '../../kernel/packages.ts'

/** How much a change deserves to be looked at. `alarming`: an honest publisher has no reason for it. */
export const RISKS = ['low', 'medium', 'high', 'alarming'] as const
export type Risk = (typeof RISKS)[number]

/** How far apart two versions are (semver). */
export type VersionStep =
  | 'same'
  | 'patch'
  | 'minor'
  | 'major'
  | 'prerelease'
  | 'downgrade'
  | 'unordered'

/** One thing in which two artifacts differ. */
export type Difference =
  | { readonly kind: 'name'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'version'
      readonly from: string
      readonly to: string
      readonly step: VersionStep
    }
  /** The same version has other bytes. */
  | { readonly kind: 'integrity'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'dependency-added'
      readonly name: string
      readonly versions: readonly string[]
    }
  | {
      readonly kind: 'dependency-removed'
      readonly name: string
      readonly versions: readonly string[]
    }
  | {
      readonly kind: 'dependency-changed'
      readonly name: string
      readonly from: readonly string[]
      readonly to: readonly string[]
      readonly step: VersionStep
    }
  | { readonly kind: 'dependency-integrity'; readonly name: string; readonly version: string }
  /** It comes from another host than before. */
  | {
      readonly kind: 'dependency-source'
      readonly name: string
      readonly from: string
      readonly to: string
    }
  | {
      readonly kind: 'script-added'
      readonly package: string
      readonly script: string
      readonly text: string
    }
  | {
      readonly kind: 'script-changed'
      readonly package: string
      readonly script: string
      readonly from: string
      readonly to: string
    }
  | { readonly kind: 'script-removed'; readonly package: string; readonly script: string }
  | { readonly kind: 'bin-added'; readonly name: string; readonly file: string }
  | { readonly kind: 'bin-removed'; readonly name: string }
  | {
      readonly kind: 'people'
      readonly added: readonly string[]
      readonly removed: readonly string[]
    }
  | {
      readonly kind: 'repository'
      readonly from: string | undefined
      readonly to: string | undefined
    }
  | { readonly kind: 'license'; readonly from: string | undefined; readonly to: string | undefined }
  | { readonly kind: 'size'; readonly from: number; readonly to: number }
  | {
      readonly kind: 'files'
      readonly added: number
      readonly removed: number
      readonly changed: number
    }
  | {
      readonly kind: 'provenance'
      readonly from: PackageProvenance
      readonly to: PackageProvenance
    }

export type Change = Difference & { readonly risk: Risk }
