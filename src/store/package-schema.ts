/** One artifact that was installed for a server, and what was decided on it. The digests are what files are held to. */
export interface PackageTable {
  readonly server: string
  /** SHA-256, hex, over everything that tells one artifact from another. */
  readonly id: string
  readonly ecosystem: string
  readonly name: string
  readonly version: string
  /** The version as it was asked for; null when none was named. */
  readonly wanted: string | null
  /** Subresource integrity of its archive. */
  readonly integrity: string
  /** SHA-256, hex: of the lockfile, and of every file and link in its folder. */
  readonly lock: string
  readonly tree: string
  /** Name of its folder in the store of packages of a machine. */
  readonly folder: string
  readonly dependencies: number
  /** JSON: `name@version` of each package with install scripts. */
  readonly scripted: string
  /** 1 when those scripts ran. */
  readonly scripts: number
  /** JSON. */
  readonly provenance: string
  readonly state: 'approved' | 'pending' | 'rejected'
  /** JSON: what is new in it, in words; empty for what was installed first. */
  readonly changes: string
  /** Milliseconds since the epoch, as all times here. */
  readonly installed: number
  readonly decided: number | null
  /** Who decided; null for what nobody had to decide. */
  readonly by: string | null
  readonly reason: string | null
}

/** Lockfiles by their digest: what was resolved can be installed again, exactly. */
export interface PackageLockTable {
  readonly digest: string
  readonly body: string
}
