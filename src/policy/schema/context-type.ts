import { ARGUMENT_ROLES } from '../../kernel/flow.ts'
import type { Expression } from '../language/expression.ts'
import { CONTENT_MEMBERS } from '../vocabulary.ts'
import type { ArgumentTypes } from './json-type.ts'
import {
  BOOLEAN,
  DECIMAL,
  LONG,
  OPAQUE,
  type RecordType,
  recordType,
  STRING,
  STRINGS,
  type ValueType,
} from './value-type.ts'

const LONGS: ValueType = { kind: 'set', element: LONG }
const CONTENT = recordType({ count: LONG, types: STRINGS, at: STRINGS })
const COMMON = { count: LONG, flags: STRINGS }

/** `context.facts`. The names of guards are those of the policy set. */
const FACTS = recordType({
  kinds: STRINGS,
  unparsable: STRINGS,
  paths: recordType({
    ...COMMON,
    lexical: STRINGS,
    real: STRINGS,
    resolved: BOOLEAN,
    allExist: BOOLEAN,
  }),
  urls: recordType({
    ...COMMON,
    schemes: STRINGS,
    hosts: STRINGS,
    ports: LONGS,
    ranges: STRINGS,
    addresses: STRINGS,
    unlisted: STRINGS,
  }),
  sql: recordType({
    ...COMMON,
    statements: STRINGS,
    classes: STRINGS,
    tables: STRINGS,
    columns: STRINGS,
    functions: STRINGS,
    limited: BOOLEAN,
    'limit?': LONG,
  }),
  shell: recordType({ ...COMMON, programs: STRINGS, operators: STRINGS, redirects: STRINGS }),
  recipients: recordType({ ...COMMON, addresses: STRINGS, domains: STRINGS }),
  amounts: recordType({ ...COMMON, currencies: STRINGS, 'largest?': DECIMAL, total: DECIMAL }),
  identifiers: recordType({ ...COMMON, types: STRINGS, values: STRINGS }),
  media: recordType({ ...COMMON, types: STRINGS, bytes: LONG }),
  patterns: recordType(COMMON),
  ...Object.fromEntries(CONTENT_MEMBERS.map(([name]) => [name, CONTENT])),
  guards: OPAQUE,
})

const MEMBERS = recordType({
  facts: FACTS,
  flow: recordType({
    untrusted: BOOLEAN,
    confidential: BOOLEAN,
    complete: BOOLEAN,
    classes: STRINGS,
  }),
  provenance: recordType({
    ...Object.fromEntries(ARGUMENT_ROLES.map((role) => [role, STRINGS])),
    links: STRINGS,
    doubtful: STRINGS,
    untrusted: STRINGS,
    members: STRINGS,
    carries: STRINGS,
  }),
  credential: recordType({ kind: STRING, shared: BOOLEAN }),
  rate: OPAQUE,
  approval: recordType({ granted: BOOLEAN }),
  client: recordType({ name: STRING, version: STRING }),
  time: LONG,
  utc: recordType({ weekday: STRING, hour: LONG, minute: LONG }),
  subject: recordType({
    via: STRING,
    groups: STRINGS,
    acting: BOOLEAN,
    actor: STRING,
    actors: STRINGS,
  }),
  authorization: recordType({
    client: STRING,
    trust: STRING,
    grant: STRING,
    scopes: STRINGS,
    bound: BOOLEAN,
    issuer: STRING,
    methods: STRINGS,
  }),
})

/** Attributes of a tool, a resource and a prompt. */
export const TARGET_TYPE = recordType({
  server: STRING,
  name: STRING,
  'of?': STRING,
  effects: STRINGS,
  reversible: BOOLEAN,
  risk: STRING,
  reads: STRINGS,
  trust: STRING,
  classified: STRING,
  confidence: STRING,
})
export const RESOURCE_TYPE = recordType({
  uri: STRING,
  scheme: STRING,
  ...Object.fromEntries(
    [...TARGET_TYPE.members].map(([name, { type, required }]) => [
      required ? name : `${name}?`,
      type,
    ]),
  ),
})

/** The type of `context` for a call with such arguments. */
export function contextType({ args, decimals }: Omit<ArgumentTypes, 'warnings'>): RecordType {
  return {
    ...MEMBERS,
    members: new Map([
      ...MEMBERS.members,
      ['args', { type: args, required: true }],
      ['decimals', { type: decimals, required: true }],
    ]),
  }
}

/** Names behind `context`, in order, for an expression that is nothing but a path; else undefined. */
export function contextPath(expression: Expression): readonly string[] | undefined {
  if (expression.kind === 'variable') return expression.name === 'context' ? [] : undefined
  if (expression.kind !== 'attribute') return undefined
  const before = contextPath(expression.of)
  return before === undefined ? undefined : [...before, expression.name]
}

/** What a path comes to in a type. */
export type Resolved =
  | { readonly kind: 'found'; readonly type: ValueType; readonly required: boolean }
  /** A name that the type does not have; `depth` counts the names before it. */
  | { readonly kind: 'undeclared'; readonly depth: number; readonly holder: RecordType }
  /** Something on the way has no known type, or no members. */
  | { readonly kind: 'unknown' }

/** Follows a path. A record without known members answers for nothing. */
export function resolve(type: ValueType, path: readonly string[]): Resolved {
  let here = type
  let required = true
  for (const [depth, name] of path.entries()) {
    if (here.kind !== 'record') return { kind: 'unknown' }
    const member = here.members.get(name)
    if (member === undefined) return { kind: 'undeclared', depth, holder: here }
    required = member.required
    here = member.type
  }
  return { kind: 'found', type: here, required }
}
