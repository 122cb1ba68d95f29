import type { ApprovalNews } from '../../kernel/approval-desk.ts'
import type { SecurityEvent, Witness } from '../../kernel/event.ts'
import type { RecordEntry, Recorder } from '../../kernel/record.ts'
import type { Webhooks } from '../../webhooks/webhooks.ts'

/** The recorder of the gateway, by which those hear who are to be told. */
export interface Heard extends Recorder {
  readonly witness: Witness
  readonly onNews: (news: ApprovalNews) => void
  /** The records do not hold together. */
  readonly broken: () => void
  /** Has one listener told of events, once they are on record. It must not throw. */
  onEvent(listener: (event: SecurityEvent) => void): void
  /** From now on. Before, nobody can be told where to look. */
  begin(telling: Webhooks): void
}

/** What is on record is told, in that order: nobody hears of what did not happen. */
export function heard({ record, witness }: Recorder & { readonly witness: Witness }): Heard {
  let telling: Webhooks | undefined
  let follow: (event: SecurityEvent) => void = () => {}
  return {
    record: (entry) => {
      const done = record(entry)
      if (entry.kind === 'outcome' && entry.outcome === 'denied') telling?.denied(denied(entry))
      return done
    },
    async witness(event) {
      await witness(event)
      telling?.witnessed(event)
      follow(event)
    },
    onNews: (news) => telling?.onNews(news),
    broken: () => telling?.alert({ notice: 'alert.verification_failed' }),
    onEvent: (listener) => {
      follow = listener
    },
    begin: (found) => {
      telling = found
    },
  }
}

function denied({
  subject,
  authorization,
  server,
  target,
}: Extract<RecordEntry, { readonly kind: 'outcome' }>): Parameters<Webhooks['denied']>[0] {
  return { subject, client: authorization.client, server, target }
}
