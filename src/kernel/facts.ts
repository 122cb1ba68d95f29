import type { ContentFact } from './content.ts'
import type { Json } from './json.ts'
import type { EgressRule } from './sandbox.ts'

/** What an argument can be. */
export const ARGUMENT_KINDS = [
  'path',
  'url',
  'sql',
  'shell',
  'recipient',
  'amount',
  'identifier',
  'media',
  'pattern',
  'text',
] as const

/** What an argument is. `text` is free text: only what is found in it counts. */
export type ArgumentKind = (typeof ARGUMENT_KINDS)[number]

/** The kinds that have an analyser. */
export type FactKind = Exclude<ArgumentKind, 'text'>

/** Where a fact was read. */
export interface FactPlace {
  /** JSON Pointer (RFC 6901) into the arguments. */
  readonly at: string
  /** `declared`: schema, name or operator say that the argument is of this kind. `found`: the value does. */
  readonly origin: 'declared' | 'found'
  /** What is unusual about it, each a word of the analyser's own list, sorted. */
  readonly flags: readonly string[]
}

export interface PathFact extends FactPlace {
  /** The argument, as given. */
  readonly text: string
  readonly style: 'posix' | 'windows'
  /** Absolute and normalised, without looking at the file system. Relative only if no folder is known. */
  readonly lexical: string
  /**
   * What would be opened: links followed as far as anything exists, the rest appended. Undefined when
   * the server's file system cannot be seen, or the path cannot be followed.
   */
  readonly real?: string
  /** Whether it exists, where that can be seen. */
  readonly exists?: boolean
}

export interface UrlFact extends FactPlace {
  /** Serialised by the WHATWG URL standard, without user name and password. */
  readonly href: string
  /** Lower case, without `:`. */
  readonly scheme: string
  /** ASCII, lower case, without a trailing dot; addresses in their canonical form, without brackets. */
  readonly host: string
  /** The port that will be used; undefined for schemes without ports. */
  readonly port?: number
  readonly path: string
  /** Addresses that the host has, or had within the window of a rebinding. Empty: not resolved. */
  readonly addresses: readonly string[]
  /** Kinds of address range that these (or the literal) lie in, sorted; `unresolved` if there are none. */
  readonly ranges: readonly string[]
  /** Whether the server's sandbox lets it reach host and port; absent where it has no allowlist. */
  readonly listed?: boolean
}

export const SQL_DIALECTS = ['postgresql', 'mysql', 'sqlite'] as const
export type SqlDialect = (typeof SQL_DIALECTS)[number]

export interface SqlFact extends FactPlace {
  /** The dialects by which the text was read; what they disagree on is joined. */
  readonly dialects: readonly SqlDialect[]
  /** Statements at the top level. */
  readonly count: number
  /** Kinds of statement at every level of the tree, such as `select`, `delete`, `copy`, sorted. */
  readonly statements: readonly string[]
  /** What they do, joined: `read`, `write`, `delete`, `schema`, `admin`, `execute`, `transaction`; sorted. */
  readonly classes: readonly string[]
  /** Tables and views, as named: `schema.table` or `table`; sorted. */
  readonly tables: readonly string[]
  /** Columns, as named: `column`, `table.column`, `*`; aliases of tables replaced; sorted. */
  readonly columns: readonly string[]
  /** Functions and procedures, in lower case unless quoted; sorted. */
  readonly functions: readonly string[]
  /** Rows that every outermost query is limited to at most; undefined when one of them is not. */
  readonly limit?: number
}

export interface ShellFact extends FactPlace {
  /** Commands at every level, in order, as words; `null` stands for a word that is only known at run time. */
  readonly commands: readonly (readonly (string | null)[])[]
  /** Names of the programs, without folders, sorted; what runs another program is named with it. */
  readonly programs: readonly string[]
  /** Operators, sorted: `|`, `&&`, `||`, `;`, `&`, … */
  readonly operators: readonly string[]
  /** Where redirections lead; `null` when only known at run time. */
  readonly redirects: readonly { readonly operator: string; readonly target: string | null }[]
}

export interface RecipientFact extends FactPlace {
  /** `local@domain`: the domain ASCII and in lower case, the local part as given. */
  readonly address: string
  readonly domain: string
  /** The display name beside it, if there is one. */
  readonly display?: string
}

export interface AmountFact extends FactPlace {
  /** A decimal number in plain notation: `-12.50`. */
  readonly value: string
  /** ISO 4217, when it is known. */
  readonly currency?: string
}

export interface IdentifierFact extends FactPlace {
  /** Such as `uuid`, `iban`, `card`, `phone`, `arn`. */
  readonly type: string
  /** In canonical form. */
  readonly value: string
}

export interface MediaFact extends FactPlace {
  /** Media type, lower case, without parameters. */
  readonly type: string
  /** Bytes of embedded content, if there is any. */
  readonly bytes?: number
}

export interface PatternFact extends FactPlace {
  /** The regular expression, without delimiters. */
  readonly source: string
}

/** An argument that should be of a kind and cannot be read as it. */
export interface Unparsable {
  readonly at: string
  readonly kind: FactKind
  /** Why, in public words that do not quote the argument. */
  readonly why: string
}

/** What analysers read from the arguments of a call. Plain JSON: it is recorded, and replayed. */
export interface Facts {
  readonly paths: readonly PathFact[]
  readonly urls: readonly UrlFact[]
  readonly sql: readonly SqlFact[]
  readonly shell: readonly ShellFact[]
  readonly recipients: readonly RecipientFact[]
  readonly amounts: readonly AmountFact[]
  readonly identifiers: readonly IdentifierFact[]
  readonly media: readonly MediaFact[]
  readonly patterns: readonly PatternFact[]
  readonly unparsable: readonly Unparsable[]
  /** Secrets, personal data, injection signals and the like; absent in records from before they were looked for. */
  readonly content?: readonly ContentFact[]
}

/** The facts of a call without arguments that say anything. */
export const NO_FACTS: Facts = {
  paths: [],
  urls: [],
  sql: [],
  shell: [],
  recipients: [],
  amounts: [],
  identifiers: [],
  media: [],
  patterns: [],
  unparsable: [],
}

/** The member of `Facts` for each kind. */
export const FACT_MEMBERS = {
  path: 'paths',
  url: 'urls',
  sql: 'sql',
  shell: 'shell',
  recipient: 'recipients',
  amount: 'amounts',
  identifier: 'identifiers',
  media: 'media',
  pattern: 'patterns',
} as const satisfies Record<FactKind, keyof Facts>

/** What a fact of each kind is. */
export interface FactOf {
  readonly path: PathFact
  readonly url: UrlFact
  readonly sql: SqlFact
  readonly shell: ShellFact
  readonly recipient: RecipientFact
  readonly amount: AmountFact
  readonly identifier: IdentifierFact
  readonly media: MediaFact
  readonly pattern: PatternFact
}

/** What the operator or a schema says of an argument; `dialect` for SQL only, `currency` for amounts. */
export interface ArgumentHint {
  readonly kind: ArgumentKind
  readonly dialect?: SqlDialect | undefined
  readonly currency?: string | undefined
}

/** The tool whose arguments are analysed, and where it runs. */
export interface AnalysisSubject {
  readonly server: string
  /** Its name, where there is one: it may say what an argument means. */
  readonly tool?: string
  readonly inputSchema: Json | undefined
  /** The operator's word, by JSON Pointer or by the name of a top-level argument. */
  readonly hints: Readonly<Record<string, ArgumentHint>>
  /** Whether its file system is this machine's. */
  readonly local: boolean
  /** The folder that relative paths count from, where it is known. */
  readonly cwd?: string
  /** The hosts that its sandbox lets it reach; absent where it has no allowlist. */
  readonly egress?: readonly EgressRule[]
}
