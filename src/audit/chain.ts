import { type Digest, sha256 } from '../kernel/hash.ts'

/** The end of a chain: how many records there are, and the hash of the last. */
export interface Head {
  readonly seq: number
  readonly hash: string
}

/** The head of a chain without records. */
export const GENESIS: Head = { seq: 0, hash: '0'.repeat(64) }

/** A record before it has its place in the chain. */
export interface Draft {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly kind: string
  readonly call: string
  readonly server: string
  readonly target: string
  readonly outcome: string | null
  readonly subject: string | null
  readonly client: string | null
  readonly grant: string | null
  /** Canonical JSON of an object. */
  readonly body: string
}

/** A draft, and what its record will be found by: no part of the chain, being derived from the body. */
export interface MarkedDraft extends Draft {
  readonly marks: readonly string[]
}

/** A record in its place. */
export interface ChainedRecord extends Draft {
  readonly seq: number
  readonly hash: string
}

/**
 * The hash of a record that follows `prev`: SHA-256 over the canonical JSON (RFC 8785) of
 * `{at, body, call, client, grant, kind, outcome, prev, seq, server, subject, target}`. Every column but
 * the hash itself is in it, so whatever changes, the hash changes; `prev` and `seq` fix the place.
 * A null `client`, `grant` or `subject` is left out: chains from before these columns go on.
 */
export function chainHash(record: Draft, seq: number, prev: string): Digest {
  // Written out in the canonical order: the body is canonical already and must not be parsed again.
  return sha256(
    `{"at":${record.at},"body":${record.body},"call":${text(record.call)},` +
      `${member('client', record.client)}${member('grant', record.grant)}"kind":${text(record.kind)},` +
      `"outcome":${record.outcome === null ? 'null' : text(record.outcome)},"prev":"${prev}",` +
      `"seq":${seq},"server":${text(record.server)},${member('subject', record.subject)}` +
      `"target":${text(record.target)}}`,
  )
}

function member(name: string, value: string | null): string {
  return value === null ? '' : `"${name}":${text(value)},`
}

function text(value: string): string {
  return JSON.stringify(value)
}

/** Gives drafts their places after `head`, in order. */
export function chainAfter<D extends Draft>(
  head: Head,
  drafts: readonly D[],
): readonly (D & ChainedRecord)[] {
  let { seq, hash } = head
  return drafts.map((draft) => {
    seq += 1
    hash = chainHash(draft, seq, hash)
    return { ...draft, seq, hash }
  })
}
