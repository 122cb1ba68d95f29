/** A definition that a server listed, and what people said of it. */
export interface DefinitionPinTable {
  /** Hash over server, kind, name and digest: names are too long for an index. */
  readonly id: string
  readonly server: string
  /** See `PIN_KINDS`. */
  readonly kind: string
  readonly name: string
  readonly digest: string
  /** Canonical JSON; some other JSON text where it has none. */
  readonly definition: string
  /** Characters of `definition`. */
  readonly size: number
  /** See `PIN_STATUSES`. Changed by compare-and-set on `version` only. */
  readonly status: string
  /** 1 while its server lists it. */
  readonly listed: number
  /** `first`, `added`, `changed` or `returned`. */
  readonly cause: string
  readonly replaces: string | null
  /** JSON: verdict and findings. */
  readonly judgement: string
  /** Milliseconds since the epoch, as all times here. */
  readonly seen: number
  readonly decided: number | null
  readonly by: string | null
  readonly reason: string | null
  /** Counts up with each change of its status. */
  readonly version: number
  /** The version of its list that last changed anything of it. */
  readonly revision: number
}

/** Lists of servers that were seen as a whole: what is new in them afterwards waits. */
export interface DefinitionListTable {
  readonly server: string
  readonly kind: string
  readonly seen: number
  /** Counts up with each change of any of its definitions; whoever changes one holds this row. */
  readonly version: number
}

/** A finding in a definition that somebody accepted for a while. */
export interface FindingTriageTable {
  /** Hash over server, kind, name, rule, place and the text: another text is another finding. */
  readonly fingerprint: string
  readonly server: string
  readonly kind: string
  readonly name: string
  readonly rule: string
  readonly reason: string
  readonly by: string
  readonly at: number
  readonly expires: number
  /** When it was taken back. */
  readonly revoked: number | null
}

/** A planted decoy. Its value is not here. */
export interface CanaryTable {
  readonly id: string
  readonly kind: string
  readonly principal: string | null
  readonly server: string | null
  readonly place: string
  readonly planted: number
  readonly by: string
  readonly retired: number | null
}

/** Where a decoy turned up. */
export interface CanarySightingTable {
  readonly id: string
  readonly canary: string
  readonly at: number
  readonly call: string
  readonly subject: string
  readonly client: string
  readonly grant: string
  readonly server: string
  readonly target: string
  readonly part: string
  readonly stopped: number
}
