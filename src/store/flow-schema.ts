/** The memory of what one principal has read with one client and grant. */
export interface FlowContextTable {
  readonly id: string
  /** Hash over principal, client, grant and handle. Among those of one key, one at most has not ended. */
  readonly key: string
  readonly principal: string
  readonly client: string
  readonly grant: string
  readonly handle: string
  /** Milliseconds since the epoch, as all times here. */
  readonly opened: number
  readonly used: number
  /** When it began to have read what anybody may have written. */
  readonly untrusted: number | null
  /** JSON: kinds of data that were read. */
  readonly classes: string
  readonly answers: number
  /** The number of its last entry. */
  readonly seq: number
  /** 1 once something that was read is not kept any more. */
  readonly incomplete: number
  readonly ended: number | null
  readonly by: string | null
}

/** What a context took in: an answer, values of the subject, a confirmation. */
export interface FlowEntryTable {
  readonly context: string
  /** Counts up within the context. */
  readonly seq: number
  readonly kind: string
  readonly call: string
  /** Sealed JSON. */
  readonly body: string
  readonly size: number
  readonly at: number
}

/** A value that a person or a source confirmed. */
export interface FlowEndorsementTable {
  readonly id: string
  readonly context: string
  /** Sealed. */
  readonly value: string
  readonly by: string
  readonly reason: string
  readonly at: number
}

/** What was written into a server while it was untrusted: reading it back does not make it trusted. */
export interface FlowWrittenTable {
  readonly server: string
  /** Keyed hash of a value. */
  readonly value: string
  /** Who had named it, at worst. */
  readonly trust: 'members' | 'untrusted'
  /** `written`: it was content, a destination or the like; `named`: it only said which thing is meant. */
  readonly how: 'written' | 'named'
  /** When it was last written. */
  readonly at: number
}
