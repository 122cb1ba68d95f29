import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { RunningGateway } from '../support/gateway.ts'

/** What a gateway recorded before it let a call go, in order. */
export interface RecordedIntent {
  readonly method: string
  readonly target: string
  /** SHA-256 of the arguments' canonical JSON (RFC 8785). */
  readonly digest: string
  readonly effect: string
  /** Null while the call runs. */
  readonly outcome: string | null
}

/** Reads the intents of a running gateway from its database. */
export function intents({ dataDir }: RunningGateway): readonly RecordedIntent[] {
  const db = new DatabaseSync(join(dataDir, 'bailiwick.db'), { readOnly: true })
  try {
    return db
      .prepare(
        `SELECT i.target, i.body, o.outcome FROM record i
         LEFT JOIN record o ON o.call = i.call AND o.kind = 'outcome'
         WHERE i.kind = 'intent' ORDER BY i.seq`,
      )
      .all()
      .map(({ target, body, outcome }) => {
        const { method, arguments: args, decision } = JSON.parse(String(body))
        const { effect } = decision
        return {
          method,
          target: String(target),
          digest: args.digest,
          effect,
          outcome: outcome === null ? null : String(outcome),
        }
      })
  } finally {
    db.close()
  }
}
