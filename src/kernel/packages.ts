/** Where programs come from. `binary` is a file of this machine that nobody installs. */
export const PACKAGE_ECOSYSTEMS = ['npm', 'pypi'] as const
export type PackageEcosystem = (typeof PACKAGE_ECOSYSTEMS)[number]

/** What a server runs that is fetched from a registry. */
export interface PackageWish {
  readonly ecosystem: PackageEcosystem
  readonly name: string
  /** As written: exact, a range, a tag such as `latest`, or absent. */
  readonly version: string | undefined
  /** Subresource integrity, `sha512-…`, where the operator states it. */
  readonly integrity: string | undefined
  /** The program of the package to run, where it has several. */
  readonly bin: string | undefined
  /** What the program is started with. */
  readonly args: readonly string[]
  /** Whether its install scripts may run, without a network. */
  readonly scripts: boolean
  /** Whether a provenance attestation has to be there; one that is there is always verified. */
  readonly provenance: 'required' | 'optional'
}

/** An artifact as it was installed: everything that a change would show in. */
export interface InstalledPackage {
  readonly server: string
  readonly ecosystem: PackageEcosystem
  readonly name: string
  readonly version: string
  /** Subresource integrity of its archive. */
  readonly integrity: string
  /** SHA-256, hex, of the lockfile, and of every file and link in its folder. */
  readonly lock: string
  readonly tree: string
  /** Folder on this machine. */
  readonly folder: string
  readonly dependencies: number
  /** `name@version` of each package with install scripts, sorted. Empty: none. */
  readonly scripted: readonly string[]
  readonly provenance: PackageProvenance
}

/** What is known of where an artifact was built. */
export type PackageProvenance =
  | {
      readonly kind: 'verified'
      readonly repository: string
      readonly builder: string
      readonly commit?: string
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unverified'; readonly reason: string }

/** A server's program, ready to run without a network. */
export interface RunnablePackage {
  readonly package: InstalledPackage
  /** Program and arguments, absolute. */
  readonly command: readonly string[]
  /** Folders that it reads, absolute. */
  readonly code: readonly string[]
}

/** Why a package is not run: one stable word each. */
export const PACKAGE_REFUSALS = [
  'not_installed',
  'not_approved',
  'rejected',
  'integrity_mismatch',
  'tree_changed',
  'lock_changed',
  'version_changed',
  'scripts_changed',
  'provenance_missing',
  'provenance_invalid',
  'install_failed',
  'registry_refused',
  'name_malformed',
  'tool_missing',
] as const
export type PackageRefusal = (typeof PACKAGE_REFUSALS)[number]

/** What becomes of packages. */
export interface PackageBook {
  /**
   * The program to run for a server: exactly the artifact that was approved for it, checked file by file.
   *
   * @throws GatewayError `package_refused` with `data: { reason, fix }`.
   */
  resolve(server: string, wish: PackageWish): Promise<RunnablePackage>
}
