import { canonicalJson } from '../kernel/canonical-json.ts'
import { type Digest, sha256 } from '../kernel/hash.ts'
import type { PackageEcosystem, PackageProvenance } from '../kernel/packages.ts'

/** What was installed, before anybody decided on it. */
export interface Artifact {
  readonly ecosystem: PackageEcosystem
  readonly name: string
  readonly version: string
  /** Subresource integrity of its archive; several, with spaces between, where any of them may be taken. */
  readonly integrity: string
  /** SHA-256, hex: of its lockfile, and of everything in its folder. */
  readonly lock: string
  readonly tree: string
  readonly dependencies: number
  readonly scripted: readonly string[]
  /** Whether the install scripts ran. */
  readonly scripts: boolean
  readonly provenance: PackageProvenance
}

/** Tells artifacts apart: by everything that could make one do something else. */
export function artifactId(artifact: Artifact): Digest {
  const { ecosystem, name, version, integrity, lock, tree, scripted, scripts } = artifact
  return sha256(
    canonicalJson({ ecosystem, name, version, integrity, lock, tree, scripted, scripts }),
  )
}
