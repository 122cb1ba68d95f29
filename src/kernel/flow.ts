import type { DataClass } from './access.ts'
import type { Json, JsonObject } from './json.ts'

/**
 * Who wrote what a source hands out, as far as the operator says or its name tells. `members`: people of
 * the organisation and the systems that it runs; `untrusted`: anybody, or nobody knows.
 */
export const SOURCE_TRUSTS = ['trusted', 'members', 'untrusted'] as const
export type SourceTrust = (typeof SOURCE_TRUSTS)[number]

/**
 * Where a value came from, the safest first:
 * - `subject`: nothing that was read holds it, so the caller brought it along;
 * - `trusted`: a source that the operator trusts handed it out, or a person confirmed it;
 * - `listed`: it is the whole value of a field that holds no free text;
 * - `members`: free text of members of the organisation names it;
 * - `untrusted`: free text that anybody may have written names it, or nobody can tell any more.
 */
export const ORIGINS = ['subject', 'trusted', 'listed', 'members', 'untrusted'] as const
export type Origin = (typeof ORIGINS)[number]

/**
 * What an argument decides. `destination`: where something goes (recipient, URL, host, account, channel);
 * `selector`: which thing is meant (id, name, path); `content`: what is written or sent; `credential`: what
 * opens an account, or will; `proof`: a one-time code that ends what was begun; `command`: what is run;
 * `setting`: all else.
 */
export const ARGUMENT_ROLES = [
  'destination',
  'selector',
  'content',
  'credential',
  'proof',
  'command',
  'setting',
] as const
export type ArgumentRole = (typeof ARGUMENT_ROLES)[number]

/** How a value was recognised in what was read. */
export const LIKENESSES = ['same', 'decoded', 'joined', 'passage', 'forgotten'] as const
export type Likeness = (typeof LIKENESSES)[number]

/** Where a value was seen. */
export interface Sighting {
  /** The call whose answer held it. */
  readonly call: string
  readonly server: string
  /** The tool, resource or prompt. */
  readonly target: string
  /** Where in the answer: a JSON Pointer, into texts that are structured too. */
  readonly field: string
  readonly likeness: Likeness
  /** What stands around it, at most 200 characters. */
  readonly quote: string
}

/** Where one value of an argument came from. */
export interface ValueOrigin {
  /** JSON Pointer into the arguments. */
  readonly at: string
  readonly role: ArgumentRole
  /** The value, or the part of it that was recognised, at most 200 characters. */
  readonly value: string
  /** A link, an address or the like within free text: what readers follow. */
  readonly link?: true
  readonly origin: Origin
  /** Too short to tell: text that was read holds it too, or may, by chance or not. */
  readonly doubt?: true
  /** The first few; empty for what the subject brought along. */
  readonly sightings: readonly Sighting[]
}

/** What policies see of the flow of data into a call. Plain JSON: recorded, and replayed. */
export interface FlowFacts {
  /** Public id of the context; says nothing about its key. */
  readonly context: string
  /** Whether it has read what anybody may have written. */
  readonly readUntrusted: boolean
  /** Whether it has read what is not for everybody. */
  readonly readConfidential: boolean
  /** Kinds of data that it has read, sorted. */
  readonly classes: readonly DataClass[]
  /** When it first read something untrusted, in milliseconds since the epoch. */
  readonly since?: number
  /** Whether everything that was read is still known; what is unknown counts as untrusted otherwise. */
  readonly complete: boolean
  readonly values: readonly ValueOrigin[]
  /** Kinds of data that the arguments carry out, by what they repeat of what was read; sorted. */
  readonly carries: readonly DataClass[]
}

/** By what contexts are kept apart. Nothing in it is of the client's own choice alone. */
export interface FlowKey {
  /** See `principalOf`. */
  readonly principal: string
  /** The OAuth client, as verified. */
  readonly client: string
  readonly grant: string
  /** A handle that the gateway gave to the client, where it holds several conversations apart. */
  readonly handle?: string
}

/** What an operator says of an argument or a field, by JSON Pointer (`*` is any item) or top-level name. */
export type RoleHints = Readonly<Record<string, ArgumentRole>>
export type FieldHints = Readonly<Record<string, SourceTrust>>

/** A call whose arguments are looked at, or whose answer is taken in. */
export interface FlowCall {
  readonly key: FlowKey
  /** The id of the call. */
  readonly call: string
  readonly server: string
  readonly target: string
  readonly kind: 'tool' | 'resource' | 'prompt'
  /** False where the tool only reads; left out, it may do anything. */
  readonly acts?: boolean
  /** Milliseconds since the epoch. */
  readonly time: number
}

/** Arguments to be looked at. */
export interface FlowArguments {
  readonly arguments: JsonObject
  readonly inputSchema: Json | undefined
  readonly roles: RoleHints
}

/** What is known of whoever wrote an answer. */
export interface FlowSource {
  readonly trust: SourceTrust
  /** Kinds of data that it hands out. */
  readonly reads: readonly DataClass[]
  readonly fields: FieldHints
  /** Whether it does more than read: a line that it answers then reports what it did. */
  readonly acts?: boolean
  /** Whether it was fetched from an address, so that whoever is there wrote all of it. */
  readonly fetched?: boolean
  /** Free text named what was read: what it says is as good as chosen by whoever wrote that text. */
  readonly chosen?: Exclude<SourceTrust, 'trusted'>
}

/** What is said of an answer to clients that can use it (`_meta`). */
export interface FlowLabels {
  readonly context: string
  /** The call that the answer belongs to: values of it are named by this id later. */
  readonly origin: string
  readonly trust: SourceTrust
  readonly classes: readonly DataClass[]
}

/** A person's or source's word that a value may be used whatever named it. */
export interface Endorsement {
  readonly context: string
  readonly value: string
  /** `user:id`, or the name of the source. */
  readonly by: string
  readonly reason: string
  readonly at: number
}

/** A context, as people see it. */
export interface FlowContextView {
  readonly id: string
  readonly principal: string
  readonly client: string
  readonly grant: string
  readonly opened: number
  readonly used: number
  readonly expires: number
  readonly readUntrusted: boolean
  readonly readConfidential: boolean
  readonly classes: readonly DataClass[]
  readonly complete: boolean
  /** Answers taken in. */
  readonly answers: number
  /** Bytes that it takes, about. */
  readonly size: number
}

/** The memory of what each principal, client and grant has read. */
export interface FlowBook {
  /**
   * Where the values of arguments came from. Takes in first what other processes learned.
   *
   * @throws {GatewayError} `flow_unavailable` when that cannot be known
   */
  look(call: FlowCall, args: FlowArguments): Promise<FlowFacts>
  /**
   * The call leaves: values that nobody else had named are the subject's from now on. Where a person
   * approved the call, the values that they saw are confirmed, which is kept as an endorsement.
   *
   * @throws {GatewayError} `flow_unavailable` when it could not be kept: the call must not leave then
   */
  leaves(call: FlowCall, facts: FlowFacts, approvedBy?: readonly string[]): Promise<void>
  /**
   * Takes in what the client is about to see. Resolves when no process can forget it.
   *
   * @throws {GatewayError} `flow_unavailable` when it could not be kept: the client must not see it then
   */
  learn(call: FlowCall, source: FlowSource, message: Json): Promise<FlowLabels>
  /** Contexts that are open, the last used first. */
  contexts(principal?: string): Promise<readonly FlowContextView[]>
  /** Forgets a context, by a person's word: the next call opens a clean one. Whether there was one. */
  end(id: string, by: string): Promise<boolean>
  /** Confirms a value within a context. Undefined when there is no such context. */
  endorse(id: string, value: string, by: string, reason: string): Promise<Endorsement | undefined>
  endorsements(id: string): Promise<readonly Endorsement[]>
  close(): Promise<void>
}
