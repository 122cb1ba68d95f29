import type { ContentCategory, ContentDirection } from './content.ts'
import type { CredentialFact } from './credential.ts'
import type { Facts } from './facts.ts'
import type { FlowFacts, SourceTrust } from './flow.ts'
import type { Digest } from './hash.ts'
import type { JsonObject } from './json.ts'
import type { ScreenPlan } from './screening.ts'
import type { Authorization, ClientClaims, Subject } from './subject.ts'

/** What a subject can do to a target. `call` a tool, `read` a resource, `get` or `complete` a prompt. */
export type Action = 'call' | 'read' | 'get' | 'complete'

/** What a tool does to the world, as the operator classes it. */
export type ToolEffect = 'read' | 'write' | 'delete' | 'execute' | 'send' | 'pay' | 'admin'

/** The operator's view of a target. Nothing in it comes from a server's own claims. */
export interface Classification {
  readonly effects: readonly ToolEffect[]
  readonly reversible: boolean
  readonly risk: 'low' | 'medium' | 'high'
  /** Kinds of data that it hands out, in the operator's words; empty if nobody said. */
  readonly reads: readonly DataClass[]
  /** Who writes what it returns, besides values that the server itself makes. */
  readonly trust: SourceTrust
  /** How the classes came about: written in the catalog, or inferred from name and schema. */
  readonly source: 'catalog' | 'inferred'
  /** How sure an inference is; what the operator wrote is `stated`. */
  readonly confidence: 'stated' | 'high' | 'medium' | 'low'
}

/** The kinds of data that a tool may hand out. */
export const DATA_CLASSES = [
  'public',
  'internal',
  'confidential',
  'secret',
  'personal',
  'financial',
  'credentials',
  'source',
] as const
export type DataClass = (typeof DATA_CLASSES)[number]

/** The thing acted on. `name` is exact: a tool's or prompt's name, a resource's URI. */
export interface Target {
  readonly kind: 'tool' | 'resource' | 'prompt'
  readonly server: string
  readonly name: string
  readonly classification: Classification
  /** The tool that a virtual tool narrows. Policies about its server hold for the virtual tool too. */
  readonly of?: { readonly server: string; readonly name: string }
}

/** All that a decision may depend on. Same request, same policies, same answer. */
export interface AccessRequest {
  readonly subject: Subject
  /** By what right the client acts for the subject. */
  readonly authorization: Authorization
  readonly client: ClientClaims
  readonly action: Action
  readonly target: Target
  /** The arguments as they will be forwarded. Empty for targets that take none. */
  readonly arguments: JsonObject
  /** What analysers read from the arguments that the server will get. */
  readonly facts: Facts
  /** Where the values of the arguments came from; absent where nobody looked. */
  readonly flow?: FlowFacts
  /** With what its server would be shown who it is for; absent where the server is shown nothing. */
  readonly credential?: CredentialFact
  /** What is left of each limit that applies, by name; absent while nobody has asked. */
  readonly rate: Readonly<Record<string, RateLeft>>
  /** Milliseconds since the epoch. */
  readonly time: number
  /** What humans approved; absent where nobody did. */
  readonly approval?: CallApproval
}

/** A human's answer that covers one call. */
export interface CallApproval {
  readonly id: string
  /** `once`: for exactly this call. `pattern`: for calls like it, until it expires. */
  readonly kind: 'once' | 'pattern'
  /** SHA-256 over all that it is bound to. */
  readonly digest: Digest
  /** Users who approved. */
  readonly by: readonly string[]
}

/** What is left of a limit for one caller, in its unit. */
export interface RateLeft {
  readonly left: number
  readonly most: number
}

/** A legal way forward, in words for a model and its user. */
export type Remedy = string

/** One policy that decided, with what it wants said. */
export interface Determining {
  readonly policy: string
  readonly reason?: string
  readonly remedy?: Remedy
}

/** What must happen for a permit to hold. One that cannot be met withholds the call or its result. */
export interface Obligations {
  /** Names of members whose values are taken out of the result. */
  readonly redact: readonly string[]
  /** Words that the result is labelled with. */
  readonly mark: readonly string[]
  /** Names of limits to reserve, besides those that apply by themselves. */
  readonly limit: readonly string[]
}

export interface Permit {
  readonly effect: 'permit'
  readonly determining: readonly Determining[]
  /** Absent: none. */
  readonly obligations?: Obligations
  /** What would have denied, had it not been only observed. */
  readonly observed?: Denial
}

/**
 * How an answer came, the weakest first: in a dialog of the client, which the client renders and could
 * answer by itself; in a session of a person who logged in with us; signed with a passkey over the digest.
 */
export const ASSURANCES = ['client', 'session', 'passkey'] as const
export type Assurance = (typeof ASSURANCES)[number]

/** Whom a human who lifts a denial must be, and how long the answer holds. */
export interface Lift {
  readonly by: 'approval'
  /**
   * Each `group:name`, `user:id` or `self`; any one of them may approve. `self` is the user whom the call
   * is for: without that word nobody approves a call of their own, nor one of their agent.
   */
  readonly approvers: readonly string[]
  /** How many different people must approve. */
  readonly quorum: number
  /** Whether each of `approvers` must be represented, by a different person. */
  readonly each: boolean
  /** The least that must be known of who answers. */
  readonly assurance: Assurance
  /** Milliseconds for which calls like this one may be approved together; 0: each by itself. */
  readonly pattern: number
  /** Milliseconds for which a granted approval may be used. */
  readonly maxAge: number
}

/** `errors` names policies that could not be evaluated; any such policy denies. */
export interface Denial {
  readonly effect: 'deny'
  readonly determining: readonly Determining[]
  readonly errors: readonly string[]
  /** Present when a human may lift every policy that denies. */
  readonly lift?: Lift
  /** Milliseconds after which the same call may pass: a limit denies, nothing else does. */
  readonly retryAfter?: number
}

/** The answer of the PDP. A denial is a value, not an error. */
export type Decision = Permit | Denial

/** The policy decision point: pure, synchronous, total. A policy that errs denies. */
export interface DecisionPoint {
  /** Hash of the policy set, in every record. */
  readonly hash: string
  /** The categories of findings in arguments that `decide` looks at; absent: all. */
  readonly contentFacts?: ReadonlySet<ContentCategory>
  decide(request: AccessRequest): Decision
  /**
   * Whether some arguments may exist for which `decide` permits, or denies so that a human can lift it;
   * false means that every call is denied for good. Lists are filtered by this.
   */
  visible(request: Omit<AccessRequest, 'arguments' | 'facts' | 'rate'>): boolean
  /**
   * What happens to the content of messages of a call. Of outbound arguments, `decide` has refused already
   * what is to be blocked or withheld; what is to be redacted is left to whoever sends them.
   */
  screens(request: AccessRequest, direction: ContentDirection): ScreenPlan
}
