import type { Clock } from '../kernel/ports.ts'
import { amountAnalyser } from './amounts/amounts.ts'
import type { Analyser, World } from './analyser.ts'
import { identifierAnalyser } from './identifiers/identifiers.ts'
import { mediaAnalyser } from './media/media.ts'
import { pathAnalyser } from './paths/paths.ts'
import { patternAnalyser } from './patterns/patterns.ts'
import { recipientAnalyser } from './recipients/recipients.ts'
import { shellAnalyser } from './shell/shell.ts'
import { sqlAnalyser } from './sql/sql.ts'
import { urlAnalyser } from './urls/urls.ts'
import { nodeFileView } from './world/file-view.ts'
import { dnsResolver } from './world/resolver.ts'

/** One analyser for each kind of value. */
export const ANALYSERS: readonly Analyser[] = [
  pathAnalyser,
  urlAnalyser,
  sqlAnalyser,
  shellAnalyser,
  recipientAnalyser,
  amountAnalyser,
  identifierAnalyser,
  mediaAnalyser,
  patternAnalyser,
] as readonly Analyser[]

/** Milliseconds for which an address of a host is remembered. */
const WINDOW = 10 * 60_000
/** Milliseconds for a name server to answer. */
const PATIENCE = 2_000
const MAX_HOSTS = 10_000

export interface WorldOptions {
  readonly clock: Clock
  /** Whether the addresses of a host may be asked for: asking tells others. */
  readonly mayResolve: (host: string) => boolean
}

/** This machine, as analysers look at it. */
export function nodeWorld({ clock, mayResolve }: WorldOptions): World {
  const resolver = dnsResolver({ window: WINDOW, timeout: PATIENCE, maxHosts: MAX_HOSTS, clock })
  return {
    files: nodeFileView(),
    resolver: { resolve: async (host) => (mayResolve(host) ? resolver.resolve(host) : []) },
  }
}
