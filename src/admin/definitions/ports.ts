import type { Json, JsonObject } from '../../kernel/json.ts'
import type { PinDesk } from '../../kernel/pins.ts'
import type { FindingDesk } from '../../kernel/triage.ts'

/** What servers listed, what is wrong with it, and how people decide on it. */
export interface Definitions {
  readonly pins: PinDesk
  readonly findings: FindingDesk
  /** Findings that count as a SARIF log (OASIS SARIF 2.1.0), of one server or of all. */
  sarif(server?: string): Promise<JsonObject>
  /** A definition with everything spelled out that nobody sees, and where that was (JSON Pointers). */
  visible(definition: Json): { readonly definition: JsonObject; readonly hidden: readonly string[] }
}
