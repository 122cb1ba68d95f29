import type { Records, StoredRecord } from '../../audit/audit.ts'
import { isObject } from '../../kernel/json.ts'
import { eventView } from '../call-view.ts'

/** What a server was refused, in the shape that `--json` shows. */
export interface DenialView {
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  readonly server: string
  /** `net`, `dns`, `fs`, …; `ended` and `refused` for the server itself. */
  readonly layer: string
  readonly op: string
  readonly target: string
  readonly reason: string
  /** How often until then. */
  readonly count: number
  /** The setting that would allow it; null where none safely would. */
  readonly suggestion: string | null
}

export interface DenialQuery {
  readonly server?: string
  /** Milliseconds since the epoch. */
  readonly since?: number
  readonly limit: number
}

const NAMES = ['sandbox.denied', 'sandbox.ended', 'sandbox.refused'] as const
/** Records that are looked through for those of one server. */
const MAX_LOOKED = 20_000
const PAGE = 500

/** The recorded denials, newest first. */
export async function recordedDenials(
  records: Records,
  { server, since, limit }: DenialQuery,
): Promise<readonly DenialView[]> {
  const lists = await Promise.all(
    NAMES.map(async (event) => {
      const found: DenialView[] = []
      let cursor: string | undefined
      for (let looked = 0; looked < MAX_LOOKED && found.length < limit; looked += PAGE) {
        const page = await records.events({
          event,
          limit: PAGE,
          ...(since === undefined ? {} : { since }),
          ...(cursor === undefined ? {} : { cursor }),
        })
        found.push(...page.events.map(viewOf).filter((one) => !server || one.server === server))
        cursor = page.next
        if (cursor === undefined) break
      }
      return found
    }),
  )
  return lists
    .flat()
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, limit)
}

function viewOf(record: StoredRecord): DenialView {
  const { id, at, event, target, detail } = eventView(record)
  const words = isObject(detail) ? detail : {}
  const word = (name: string): string => (typeof words[name] === 'string' ? words[name] : '')
  const { count, suggestion, fix } = words
  const isDenial = event === 'sandbox.denied'
  return {
    ...{ id, at, server: String(target ?? '') },
    layer: isDenial ? word('layer') : event.slice('sandbox.'.length),
    op: isDenial ? word('op') : word('signal'),
    target: word('target'),
    reason: word('reason'),
    count: typeof count === 'number' ? count : 1,
    suggestion: [suggestion, fix].find((one) => typeof one === 'string') ?? null,
  }
}
