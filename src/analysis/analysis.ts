import { type AnalysisSubject, type Facts, NO_FACTS } from '../kernel/facts.ts'
import type { JsonObject } from '../kernel/json.ts'

/** Reads facts from the arguments of calls. */
export interface Analysis {
  /** @throws {GatewayError} `analysis_unavailable` when an analyser cannot work; the call is denied then. */
  analyse(subject: AnalysisSubject, args: JsonObject): Promise<Facts>
}

/** Makes it. */
export function createAnalysis(): Analysis {
  return { analyse: async () => NO_FACTS }
}
