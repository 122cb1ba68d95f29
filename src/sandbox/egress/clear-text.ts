import type { EgressDenial } from './denial-words.ts'
import type { Inspector } from './relay.ts'
import type { DenialText, Report } from './report.ts'

/** Bytes of one direction that are looked at. */
export const WATCHED = 1_048_576
/** Bytes that are looked at again with what follows, since what is looked for may lie across. */
const OVERLAP = 1_024

/** Looks at a stream of clear text, piece by piece. */
export interface ClearTextEye {
  /** @returns the refusal once the text holds what must not leave. */
  see(bytes: Buffer): DenialText | undefined
  /** Whether enough was looked at. */
  readonly done: boolean
}

export function clearTextEye(
  report: Report,
  about: Omit<EgressDenial, 'reason'>,
  watched: number = WATCHED,
): ClearTextEye {
  let before = Buffer.alloc(0)
  let seen = 0
  return {
    see(bytes) {
      if (seen >= watched) return undefined
      const text = Buffer.concat([before, bytes.subarray(0, watched - seen)])
      seen += bytes.length
      before = text.subarray(-OVERLAP)
      return report.leaks(text.toString('utf8'), about)
    },
    get done() {
      return seen >= watched
    },
  }
}

/** The same for a connection whose protocol is not known: each piece is looked at before it goes on. */
export function clearTextInspector(report: Report, about: Omit<EgressDenial, 'reason'>): Inspector {
  const eye = clearTextEye(report, about)
  return {
    sent: (bytes) => (eye.see(bytes) === undefined ? { pass: bytes, last: eye.done } : 'refused'),
  }
}
