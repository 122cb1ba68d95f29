import type { JsonObject } from './json.ts'
import type { ClientClaims, Subject } from './subject.ts'

/** What a subject can do to a target. `call` a tool, `read` a resource, `get` or `complete` a prompt. */
export type Action = 'call' | 'read' | 'get' | 'complete'

/** What a tool does to the world, as the operator classes it. */
export type ToolEffect = 'read' | 'write' | 'delete' | 'execute' | 'send' | 'pay' | 'admin'

/** The operator's view of a target. Nothing in it comes from a server's own claims. */
export interface Classification {
  readonly effects: readonly ToolEffect[]
  readonly reversible: boolean
  readonly risk: 'low' | 'medium' | 'high'
  /** How the classes came about: written in the catalog, or inferred from the name. */
  readonly source: 'catalog' | 'inferred'
}

/** The thing acted on. `name` is exact: a tool's or prompt's name, a resource's URI. */
export interface Target {
  readonly kind: 'tool' | 'resource' | 'prompt'
  readonly server: string
  readonly name: string
  readonly classification: Classification
}

/** All that a decision may depend on. Same request, same policies, same answer. */
export interface AccessRequest {
  readonly subject: Subject
  readonly client: ClientClaims
  readonly action: Action
  readonly target: Target
  /** The arguments as they will be forwarded. Empty for targets that take none. */
  readonly arguments: JsonObject
  /** Milliseconds since the epoch. */
  readonly time: number
}

/** A legal way forward, in words for a model and its user. */
export type Remedy = string

/** One policy that decided, with what it wants said. */
export interface Determining {
  readonly policy: string
  readonly reason?: string
  readonly remedy?: Remedy
}

export interface Permit {
  readonly effect: 'permit'
  readonly determining: readonly Determining[]
}

/** `errors` names policies that could not be evaluated; any such policy denies. */
export interface Denial {
  readonly effect: 'deny'
  readonly determining: readonly Determining[]
  readonly errors: readonly string[]
}

/** The answer of the PDP. A denial is a value, not an error. */
export type Decision = Permit | Denial

/** The policy decision point: pure, synchronous, total. A policy that errs denies. */
export interface DecisionPoint {
  /** Hash of the policy set, in every record. */
  readonly hash: string
  decide(request: AccessRequest): Decision
  /**
   * Whether some arguments exist for which `decide` may permit; false means that every call is
   * denied. Lists are filtered by this, so what cannot be called is not shown.
   */
  visible(request: Omit<AccessRequest, 'arguments'>): boolean
}
