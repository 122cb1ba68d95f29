import type { Classification } from '../../kernel/access.ts'
import type { Actor } from '../../kernel/event.ts'
import type { ArgumentRole, FieldHints, RoleHints } from '../../kernel/flow.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { ContainmentView } from './containment.ts'

/** What an operator says that a tool does. */
export interface ToolClasses extends Omit<Classification, 'source' | 'confidence'> {
  /** What its arguments decide; absent: what is configured counts, or an inference. */
  readonly roles?: RoleHints
  /** Who writes which field of what it returns; absent: what is configured counts. */
  readonly fields?: FieldHints
}

/** An argument of a tool, and what it decides. */
export interface ArgumentView {
  /** Its name, or a JSON Pointer where a person spoke of a part of one. */
  readonly name: string
  readonly role: ArgumentRole
  /** Whether a person says so; else it is inferred. */
  readonly said: boolean
}

/** A credential that a server gets, by where it goes; never the credential. */
export interface CredentialReference {
  /** `header Authorization` or `variable TOKEN`. */
  readonly goes: string
  /** `secret://env/NAME`; absent for a value that stands in the configuration itself, and is not shown. */
  readonly reference?: string
}

/** How a server is reached, as it is configured. */
export interface Reaching {
  readonly transport: 'stdio' | 'http' | 'sse' | 'virtual'
  readonly command?: string
  readonly args?: readonly string[]
  readonly cwd?: string
  readonly url?: string
  readonly credentials: readonly CredentialReference[]
}

/** How a server fares in this process. Times are milliseconds since the epoch. */
export interface ServerState {
  readonly links: number
  /** Whether its tools were listed to their end. */
  readonly listed: boolean
  readonly connected?: number
  /** Attempts that failed since it was connected last. */
  readonly failures: number
  readonly failed?: { readonly at: number; readonly code: string; readonly message: string }
}

/** What a server says of itself: nobody vouches for it. Texts with what is invisible spelled out. */
export interface ServerClaim {
  readonly name: string
  readonly version: string
  readonly title?: string
  readonly instructions?: string
  readonly era: 'modern' | 'legacy'
  readonly revision: string
}

/** What is known of one of the five questions. */
export interface Answer {
  /** `all`: the answer is whole. `some`: there may be more. `nothing`: nobody knows. */
  readonly known: 'all' | 'some' | 'nothing'
  readonly answer: string
  /** Tools that it follows from. */
  readonly tools: readonly string[]
}

export const QUESTIONS = ['reads', 'writes', 'executes', 'runsAs', 'connects'] as const
export type Questions = Readonly<Record<(typeof QUESTIONS)[number], Answer>>

export interface ServerSummary {
  readonly name: string
  readonly enabled: boolean
  readonly mode: 'enforce' | 'observe'
  readonly revision: string
  readonly reaching: Reaching
  readonly state: ServerState
  readonly claim?: ServerClaim
  readonly tools: number
  /** Tools whose classes nobody stated. */
  readonly inferred: number
  /** Tools of each risk. */
  readonly risks: Readonly<Record<Classification['risk'], number>>
}

export interface ToolView {
  readonly name: string
  readonly classification: Classification
  /** Where the classes come from. */
  readonly classed: 'console' | 'configuration' | 'inferred'
  /** Who stated them in the console, and when. */
  readonly stated?: { readonly by: string; readonly at: number }
  /** What its arguments decide: those that its schema names first, and all that a person spoke of. */
  readonly arguments: readonly ArgumentView[]
  /** Who writes which field of what it returns, as a person says. */
  readonly fields: FieldHints
  /** What whoever classes it sends; 0 before anybody did. */
  readonly version: number
  /** SHA-256 of the definition; absent when it has none. */
  readonly digest?: string
  /** As the server gave it, with what is invisible spelled out as `[U+202E]`. */
  readonly definition: JsonObject
  /** JSON Pointers of texts in which something was invisible. */
  readonly hidden: readonly string[]
  /** What does not fit together in what is said of it. */
  readonly contradictions: readonly {
    readonly problem: string
    readonly effects: readonly string[]
    readonly arguments: readonly string[]
  }[]
  /** `server:name` of the tool that a virtual tool narrows. */
  readonly of?: string
}

export interface ServerDetail extends ServerSummary {
  readonly questions: Questions
  /** Of a local server. */
  readonly containment?: ContainmentView
  readonly toolList: readonly ToolView[]
  readonly prompts: readonly string[]
  /** What it lists that is neither shown to clients nor callable. */
  readonly leftOut: readonly { readonly item: string; readonly problem: string }[]
}

/** The servers behind the gateway. */
export interface Servers {
  list(): readonly ServerSummary[]
  find(name: string): ServerDetail | undefined
  /** Asks a server for its lists. @throws GatewayError of family `upstream`; `item_unknown`. */
  refresh(name: string): Promise<ServerDetail>
  /**
   * States what a tool does, or takes back what was stated in the console. Counts when it resolves.
   *
   * @throws GatewayError `version_conflict`; `item_unknown` for a tool that is not known.
   */
  classify(
    by: Actor,
    tool: {
      readonly server: string
      readonly tool: string
      readonly classes: ToolClasses | undefined
      readonly version: number
    },
  ): Promise<ToolView>
}
