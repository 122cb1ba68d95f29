import type { ArgumentHint, FactKind, FactOf } from '../kernel/facts.ts'
import type { Json, JsonObject } from '../kernel/json.ts'

/** What analysers may ask of the world. Everything else they know is in the arguments. */
export interface World {
  readonly files: FileView
  readonly resolver: Resolver
}

/** A look at this machine's file system. Nothing is opened. */
export interface FileView {
  /**
   * Follows a path as the operating system would: every link on the way, as far as anything exists.
   * Total: a path that cannot be followed (a loop, no permission, too long) says so.
   */
  follow(absolute: string): Followed
}

export type Followed =
  | {
      readonly kind: 'followed'
      /** The real path of the nearest existing parent, with the rest of the path appended. */
      readonly real: string
      readonly exists: boolean
      /** Whether a link was followed on the way. */
      readonly linked: boolean
    }
  | { readonly kind: 'blocked'; readonly why: string }

/** Resolves host names. */
export interface Resolver {
  /**
   * All addresses of a host, with those that it had within the window of a rebinding. Total: empty
   * for a host that does not resolve in time.
   */
  resolve(host: string): Promise<readonly string[]>
}

/** One value of the arguments, and what is known of the tool that gets it. */
export interface Place {
  /** JSON Pointer into the arguments. */
  readonly at: string
  /** What the operator or the schema says of it; undefined while looking into free text. */
  readonly hint: ArgumentHint | undefined
  /** The object that it is a member of, where it is one: `currency` stands beside `amount`. */
  readonly parent: JsonObject | undefined
  readonly server: string
  readonly local: boolean
  readonly cwd: string | undefined
  readonly world: World
}

/** What a value that is declared to be of a kind comes to. */
export type Reading<Fact> = { readonly facts: readonly Fact[] } | { readonly unparsable: string }

/**
 * Reads one kind of value. Linear in the length of the text, total, and without side effects: an
 * analyser that cannot decide says `unparsable`, never nothing.
 */
export interface Analyser<Kind extends FactKind = FactKind> {
  readonly kind: Kind
  /** Loads what it needs, once, before the first value. */
  readonly load?: () => Promise<void>
  /** Reads a value that is declared to be of this kind; lists hold one each. */
  declared(value: Json, place: Place): Reading<FactOf[Kind]>
  /** Finds what is of this kind in a text that is declared to be of another kind, or of none. */
  found(text: string, place: Place): readonly FactOf[Kind][]
  /** Completes facts with what only others can answer, such as addresses of hosts. */
  complete?(facts: readonly FactOf[Kind][], world: World): Promise<readonly FactOf[Kind][]>
}
