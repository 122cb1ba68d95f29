import {
  type Action,
  type Classification,
  DATA_CLASSES,
  type Target,
  type ToolEffect,
} from '../kernel/access.ts'
import type { ContentCategory } from '../kernel/content.ts'
import { CREDENTIAL_KINDS } from '../kernel/credential.ts'
import { FACT_MEMBERS, type FactKind } from '../kernel/facts.ts'
import { ARGUMENT_ROLES, ORIGINS, SOURCE_TRUSTS } from '../kernel/flow.ts'
import { CLIENT_TRUSTS, ESTABLISHED_BY } from '../kernel/subject.ts'

/** The entity model that policies speak of: `docs/reference/policies.md` explains it. */
export const PRINCIPAL_TYPES: ReadonlySet<string> = new Set(['User', 'Agent'])
export const RESOURCE_TYPES: ReadonlySet<string> = new Set(['Tool', 'Resource', 'Prompt'])
export const ENTITY_TYPES: ReadonlySet<string> = new Set([
  ...PRINCIPAL_TYPES,
  ...RESOURCE_TYPES,
  'Group',
  'Server',
  'Action',
])

/** What each action can be done to. */
export const ACTIONS: ReadonlyMap<string, ReadonlySet<string>> = new Map<
  Action,
  ReadonlySet<string>
>([
  ['call', new Set(['Tool'])],
  ['read', new Set(['Resource'])],
  ['get', new Set(['Prompt'])],
  ['complete', new Set(['Prompt', 'Resource'])],
])

/** All actions. */
export const REQUEST_ACTIONS: readonly Action[] = ['call', 'read', 'get', 'complete']

export const TYPE_OF_KIND: Readonly<Record<Target['kind'], string>> = {
  tool: 'Tool',
  resource: 'Resource',
  prompt: 'Prompt',
}

/**
 * Members of `context` that hang on the arguments of a call, or on what came before it, and so are
 * unknown while listing.
 */
export const ARGUMENT_MEMBERS: ReadonlySet<string> = new Set([
  'args',
  'decimals',
  'facts',
  'rate',
  'flow',
  'provenance',
])

/** The words of a union of the kernel: one that is missing or too many does not compile. */
function wordsOf<Word extends string>(words: Readonly<Record<Word, true>>): readonly Word[] {
  return Object.keys(words) as Word[]
}

export const EFFECTS = wordsOf<ToolEffect>({
  read: true,
  write: true,
  delete: true,
  execute: true,
  send: true,
  pay: true,
  admin: true,
})
const RISKS = wordsOf<Classification['risk']>({ low: true, medium: true, high: true })
const SOURCES = wordsOf<Classification['source']>({ catalog: true, inferred: true })
const CONFIDENCES = wordsOf<Classification['confidence']>({
  stated: true,
  high: true,
  medium: true,
  low: true,
})
export const TRUSTS = SOURCE_TRUSTS
export const FACT_KINDS = Object.keys(FACT_MEMBERS) as readonly FactKind[]
/** Members of `context.facts` that say what content holds, by category. What is oversize has no value to speak of. */
export const CONTENT_MEMBERS = [
  ['secrets', 'secret'],
  ['personal', 'personal'],
  ['injection', 'injection'],
  ['hidden', 'hidden'],
  ['canaries', 'canary'],
] as const satisfies readonly (readonly [member: string, category: ContentCategory])[]
/** What SQL can do, as `SqlFact.classes` says it. */
export const SQL_CLASSES = [
  'read',
  'write',
  'delete',
  'schema',
  'admin',
  'execute',
  'transaction',
] as const
/** Days of the week, as `Date` counts them. */
export const WEEKDAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const
/** What a guard comes to. */
export const GUARD_OUTCOMES = ['pass', 'fail', 'none'] as const
export type GuardOutcome = (typeof GUARD_OUTCOMES)[number]

/**
 * `open` holds anything; a list of words allows only those; a record is what it says. The member
 * `*` of a record stands for any name: which ones there are, the policy set says.
 */
export type Shape = 'open' | readonly string[] | { readonly [name: string]: Shape }

const CONTENT = { count: 'open', types: 'open', at: 'open' } as const
/** By the role of an argument: where its values came from. */
const BY_ROLE = Object.fromEntries(ARGUMENT_ROLES.map((role) => [role, ORIGINS]))

/** What can be reached from each variable. */
export const SHAPES: Readonly<Record<'principal' | 'action' | 'resource' | 'context', Shape>> = {
  principal: {},
  action: {},
  resource: {
    server: 'open',
    name: 'open',
    of: 'open',
    effects: EFFECTS,
    reversible: 'open',
    risk: RISKS,
    reads: DATA_CLASSES,
    trust: TRUSTS,
    classified: SOURCES,
    confidence: CONFIDENCES,
    uri: 'open',
    scheme: 'open',
  },
  context: {
    args: 'open',
    decimals: 'open',
    facts: {
      kinds: FACT_KINDS,
      unparsable: FACT_KINDS,
      paths: {
        count: 'open',
        lexical: 'open',
        real: 'open',
        flags: 'open',
        resolved: 'open',
        allExist: 'open',
      },
      urls: {
        count: 'open',
        schemes: 'open',
        hosts: 'open',
        ports: 'open',
        ranges: 'open',
        addresses: 'open',
        unlisted: 'open',
        flags: 'open',
      },
      sql: {
        count: 'open',
        statements: 'open',
        classes: SQL_CLASSES,
        tables: 'open',
        columns: 'open',
        functions: 'open',
        flags: 'open',
        limited: 'open',
        limit: 'open',
      },
      shell: {
        count: 'open',
        programs: 'open',
        operators: 'open',
        redirects: 'open',
        flags: 'open',
      },
      recipients: { count: 'open', addresses: 'open', domains: 'open', flags: 'open' },
      amounts: {
        count: 'open',
        currencies: 'open',
        largest: 'open',
        total: 'open',
        flags: 'open',
      },
      identifiers: { count: 'open', types: 'open', values: 'open', flags: 'open' },
      media: { count: 'open', types: 'open', bytes: 'open', flags: 'open' },
      patterns: { count: 'open', flags: 'open' },
      secrets: CONTENT,
      personal: CONTENT,
      injection: CONTENT,
      hidden: CONTENT,
      canaries: CONTENT,
      guards: { '*': GUARD_OUTCOMES },
    },
    flow: { untrusted: 'open', confidential: 'open', complete: 'open', classes: DATA_CLASSES },
    provenance: {
      ...BY_ROLE,
      links: ORIGINS,
      doubtful: ARGUMENT_ROLES,
      untrusted: 'open',
      members: 'open',
      carries: DATA_CLASSES,
    },
    credential: { kind: CREDENTIAL_KINDS, shared: 'open' },
    rate: { '*': { left: 'open', most: 'open' } },
    approval: { granted: 'open' },
    client: { name: 'open', version: 'open' },
    time: 'open',
    utc: { weekday: WEEKDAYS, hour: 'open', minute: 'open' },
    subject: {
      via: ESTABLISHED_BY,
      groups: 'open',
      acting: 'open',
      actor: 'open',
      actors: 'open',
    },
    authorization: {
      client: 'open',
      trust: CLIENT_TRUSTS,
      grant: 'open',
      scopes: 'open',
      bound: 'open',
      issuer: 'open',
      methods: 'open',
    },
  },
}
