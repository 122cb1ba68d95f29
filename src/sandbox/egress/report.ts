import type { ClearTextWatch, SandboxWatch } from '../../kernel/sandbox.ts'
import {
  EGRESS_REASONS,
  type EgressDenial,
  type EgressReason,
  maskedName,
  suggestionFor,
  targetText,
} from './denial-words.ts'
import type { Authority } from './host-name.ts'

/** What went to and from one host. */
export interface HostCounters {
  /** Connections. */
  readonly allowed: number
  readonly denied: number
  /** Bytes sent to it, and received from it. */
  readonly up: number
  readonly down: number
}

/** What one server did so far. */
export interface EgressCounters extends HostCounters {
  /** By host on the allowlist; those beyond a bound, and all others, are together under the empty name. */
  readonly hosts: ReadonlyMap<string, HostCounters>
}

/** A connection to a host, as far as it is counted. */
export interface Counted {
  readonly bytesRead: number
  readonly bytesWritten: number
  once(event: 'close', then: () => void): unknown
}

/** A denial in words, for the server. */
export interface DenialText {
  readonly target: string
  readonly reason: EgressReason
  readonly text: string
}

/** Tells of what one server does, and counts it. */
export interface Report {
  denied(denial: EgressDenial): DenialText
  /** A connection to an allowed host. */
  used(to: Authority, connection: Counted): void
  /** An allowed name was asked for. */
  resolved(name: string): void
  /** Whether a text that leaves in clear holds what must not; if so, that is told as a denial. */
  leaks(text: string, denial: Omit<EgressDenial, 'reason'>): DenialText | undefined
  counters(): EgressCounters
}

const MAX_HOSTS = 256
const OTHERS = ''
const NONE: HostCounters = { allowed: 0, denied: 0, up: 0, down: 0 }
const UNLISTED: ReadonlySet<EgressReason> = new Set([
  'host-not-listed',
  'address-not-listed',
  'unknown-address',
])

export function openReport(
  server: string,
  watch: SandboxWatch,
  clearText: ClearTextWatch | undefined,
): Report {
  const hosts = new Map<string, HostCounters>()
  const live = new Map<Counted, string>()
  const add = (to: Map<string, HostCounters>, host: string, more: Partial<HostCounters>): void => {
    const key = to.has(host) || to.size < MAX_HOSTS ? host : OTHERS
    to.set(key, sum(to.get(key) ?? NONE, { ...NONE, ...more }))
  }
  const denied = (denial: EgressDenial): DenialText => {
    const { layer, op, reason } = denial
    // the name itself can be the message
    const clean = denial.host === '' || clearText?.(server, denial.host) === undefined
    const target = targetText(clean ? denial : { ...denial, host: maskedName(denial.host) })
    const suggestion = clean ? suggestionFor(server, denial) : undefined
    add(hosts, clean && !UNLISTED.has(reason) ? denial.host : OTHERS, { denied: 1 })
    watch.denied({
      server,
      layer,
      op,
      target,
      reason,
      ...(suggestion === undefined ? {} : { suggestion }),
    })
    const setting = suggestion === undefined ? '' : `Its operator can allow it: ${suggestion}\n`
    const text = `sandbox of ${server}: ${target} refused (${reason}): ${EGRESS_REASONS[reason]}.\n${setting}`
    return { target, reason, text }
  }
  return {
    denied,
    used({ host, port }, connection) {
      add(hosts, host, { allowed: 1 })
      watch.used({ server, layer: 'net', host, port })
      live.set(connection, host)
      connection.once('close', () => {
        live.delete(connection)
        add(hosts, host, bytesOf(connection))
      })
    },
    resolved: (host) => watch.used({ server, layer: 'dns', host }),
    leaks(text, denial) {
      const found = clearText?.(server, text)
      return found === undefined ? undefined : denied({ ...denial, reason: `${found}-in-clear` })
    },
    counters() {
      const now = new Map(hosts)
      for (const [connection, host] of live) add(now, host, bytesOf(connection))
      return { ...[...now.values()].reduce(sum, NONE), hosts: now }
    },
  }
}

function bytesOf({ bytesWritten, bytesRead }: Counted): Partial<HostCounters> {
  return { up: bytesWritten, down: bytesRead }
}

function sum(a: HostCounters, b: HostCounters): HostCounters {
  return {
    allowed: a.allowed + b.allowed,
    denied: a.denied + b.denied,
    up: a.up + b.up,
    down: a.down + b.down,
  }
}
