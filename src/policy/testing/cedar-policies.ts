import fc from 'fast-check'
import { CONSTRUCTIBLE, type Constructor, NAMES, STRINGS, UIDS } from './cedar-values.ts'

/** An expression in Cedar's JSON policy form. */
export type Est = Readonly<Record<string, unknown>>

const TYPES = [
  'bool',
  'long',
  'string',
  'entity',
  'set',
  'record',
  'ip',
  'decimal',
  'datetime',
  'duration',
] as const
type Type = (typeof TYPES)[number]

const binary = (
  operator: string,
  left: fc.Arbitrary<Est>,
  right: fc.Arbitrary<Est>,
): fc.Arbitrary<Est> => fc.record({ left, right }).map((operands) => ({ [operator]: operands }))
const call = (name: string, ...operands: readonly fc.Arbitrary<Est>[]): fc.Arbitrary<Est> =>
  fc.tuple(...operands).map((values) => ({ [name]: values }))
const unary = (operator: string, arg: fc.Arbitrary<Est>): fc.Arbitrary<Est> =>
  arg.map((operand) => ({ [operator]: { arg: operand } }))
const value = (json: unknown): Est => ({ Value: json })
const names = fc.constantFrom(...NAMES)
/** A path of `has` is made of identifiers. */
const identifiers = fc.constantFrom(...NAMES.filter((name) => /^\w+$/.test(name)))
const variables = fc
  .constantFrom('principal', 'action', 'resource', 'context')
  .map((name) => ({ Var: name }))
const entityLiterals = fc.constantFrom(...UIDS).map((uid) => value({ __entity: uid }))
const patterns = fc.array(
  fc.oneof(
    fc.constant('Wildcard'),
    fc.constantFrom('a', 'b', '*', 'é', '😀', 'ab').map((Literal) => ({ Literal })),
  ),
  { maxLength: 5 },
)

/**
 * Expressions of a type as a rule, so that evaluation goes deep, and of a wrong one now and then,
 * so that it also fails everywhere.
 */
export function typedExpressions(type: Type, depth: number): fc.Arbitrary<Est> {
  if (depth === 0) return leaves(type)
  const of = (wanted: Type): fc.Arbitrary<Est> =>
    fc.oneof(
      {
        arbitrary: fc.constant(wanted).chain((exact) => typedExpressions(exact, depth - 1)),
        weight: 14,
      },
      {
        arbitrary: fc.constantFrom(...TYPES).chain((any) => typedExpressions(any, depth - 1)),
        weight: 1,
      },
    )
  const any = fc.constantFrom(...TYPES).chain((wanted) => typedExpressions(wanted, depth - 1))
  return fc.oneof(
    { arbitrary: leaves(type), weight: 1 },
    { arbitrary: fc.oneof(...GROWN[type](of, any)), weight: 4 },
    { arbitrary: conditional(of('bool'), of(type)), weight: 1 },
    { arbitrary: reads(of), weight: 1 },
  )
}

/** Expressions of every type. */
export function expressions(depth: number): fc.Arbitrary<Est> {
  return fc.oneof(...TYPES.map((type) => typedExpressions(type, depth)))
}

function conditional(test: fc.Arbitrary<Est>, branch: fc.Arbitrary<Est>): fc.Arbitrary<Est> {
  return fc.tuple(test, branch, branch).map((parts) => ({
    'if-then-else': Object.fromEntries(parts.map((part, at) => [BRANCHES[at], part])),
  }))
}

const BRANCHES = ['if', 'then', 'else'] as const

function reads(of: (type: Type) => fc.Arbitrary<Est>): fc.Arbitrary<Est> {
  return fc.oneof(
    fc
      .record({ left: fc.oneof(variables, of('record'), of('entity')), attr: names })
      .map((read) => ({ '.': read })),
    binary('getTag', of('entity'), fc.oneof(names.map(value), of('string'))),
  )
}

function leaves(type: Type): fc.Arbitrary<Est> {
  const attribute = fc.record({ left: variables, attr: names }).map((read) => ({ '.': read }))
  return fc.oneof({ arbitrary: literals(type), weight: 3 }, { arbitrary: attribute, weight: 1 })
}

function literals(type: Type): fc.Arbitrary<Est> {
  switch (type) {
    case 'bool':
      return fc.boolean().map(value)
    case 'long':
      return fc.oneof(fc.integer({ min: -9, max: 9 }), fc.maxSafeInteger()).map(value)
    case 'string':
      return fc.constantFrom(...STRINGS).map(value)
    case 'entity':
      return fc.oneof(entityLiterals, variables)
    case 'set':
      return fc
        .array(fc.oneof(entityLiterals, literals('long'), literals('string')), { maxLength: 3 })
        .map((items) => ({ Set: items }))
    case 'record':
      return fc.oneof(
        fc.constant({ Var: 'context' }),
        fc.constant({ Record: { a: value(1), s: value('a') } }),
      )
    default:
      return constructions(type, fc.constantFrom(...CONSTRUCTIBLE[type]).map(value))
  }
}

function constructions(name: Constructor, text: fc.Arbitrary<Est>): fc.Arbitrary<Est> {
  return call(name, text)
}

type Grow = (of: (type: Type) => fc.Arbitrary<Est>, any: fc.Arbitrary<Est>) => fc.Arbitrary<Est>[]

const comparisons: Grow = (of) =>
  ['<', '<=', '>', '>='].flatMap((operator) =>
    (['long', 'datetime', 'duration'] as const).map((type) => binary(operator, of(type), of(type))),
  )

const tests: Grow = (of, any) => [
  fc
    .record({
      left: fc.oneof(variables, of('record'), any),
      attr: fc.oneof(names, fc.array(identifiers, { minLength: 1, maxLength: 3 })),
    })
    .map((has) => ({ has })),
  fc.record({ left: of('string'), pattern: patterns }).map((like) => ({ like })),
  fc
    .record({ left: of('entity'), entity_type: fc.constantFrom('User', 'Tool', 'N::Thing') })
    .map((is) => ({ is })),
  fc
    .record({
      left: of('entity'),
      entity_type: fc.constantFrom('User', 'Tool'),
      in: fc.oneof(of('entity'), of('set')),
    })
    .map((is) => ({ is })),
  binary('in', of('entity'), fc.oneof(of('entity'), of('set'))),
  binary('hasTag', of('entity'), fc.oneof(names.map(value), of('string'))),
]

const setTests: Grow = (of, any) => [
  binary('contains', of('set'), any),
  binary('containsAll', of('set'), of('set')),
  binary('containsAny', of('set'), of('set')),
  unary('isEmpty', of('set')),
]

const extensionTests: Grow = (of) => [
  ...['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast'].map((name) => call(name, of('ip'))),
  call('isInRange', of('ip'), of('ip')),
  ...['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'].map((name) =>
    call(name, of('decimal'), of('decimal')),
  ),
]

/** For each type, everything in the language that gives it. */
const GROWN: Readonly<Record<Type, Grow>> = {
  bool: (of, any) => [
    binary('&&', of('bool'), of('bool')),
    binary('||', of('bool'), of('bool')),
    unary('!', of('bool')),
    binary('==', any, any),
    fc.constantFrom(...TYPES).chain((type) => binary('==', of(type), of(type))),
    fc.constantFrom(...TYPES).chain((type) => binary('!=', of(type), of(type))),
    fc.oneof(...comparisons(of, any)),
    fc.oneof(...tests(of, any)),
    fc.oneof(...setTests(of, any)),
    fc.oneof(...extensionTests(of, any)),
  ],
  long: (of) => [
    ...['+', '-', '*'].map((operator) => binary(operator, of('long'), of('long'))),
    unary('neg', of('long')),
    ...['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays'].map((name) =>
      call(name, of('duration')),
    ),
  ],
  string: (of) => [of('string')],
  entity: (of) => [of('entity')],
  set: (_, any) => [fc.array(any, { maxLength: 3 }).map((items) => ({ Set: items }))],
  record: (_, any) => [
    fc.dictionary(names, any, { maxKeys: 3 }).map((members) => ({ Record: members })),
  ],
  ip: (of) => [constructions('ip', of('string'))],
  decimal: (of) => [constructions('decimal', of('string'))],
  datetime: (of) => [
    constructions('datetime', of('string')),
    call('offset', of('datetime'), of('duration')),
    call('toDate', of('datetime')),
  ],
  duration: (of) => [
    constructions('duration', of('string')),
    call('durationSince', of('datetime'), of('datetime')),
    call('toTime', of('datetime')),
  ],
}

const uids = fc.constantFrom(...UIDS)
const open = { arbitrary: fc.constant({ op: 'All' }), weight: 4 }
const entityScopes = fc.oneof(
  open,
  uids.map((entity) => ({ op: '==', entity })),
  uids.map((entity) => ({ op: 'in', entity })),
  uids.map(({ type }) => ({ op: 'is', entity_type: type })),
  fc
    .tuple(uids, uids)
    .map(([{ type }, entity]) => ({ op: 'is', entity_type: type, in: { entity } })),
)
const actions = fc.constantFrom('call', 'read', 'all').map((id) => ({ type: 'Action', id }))
const actionScopes = fc.oneof(
  open,
  actions.map((entity) => ({ op: '==', entity })),
  fc.array(actions, { maxLength: 3 }).map((entities) => ({ op: 'in', entities })),
)

/** Policies with any scope, and up to two conditions that use the whole language. */
export function policies(depth: number): fc.Arbitrary<Est> {
  return fc.record({
    effect: fc.constantFrom('permit', 'forbid'),
    principal: entityScopes,
    action: actionScopes,
    resource: entityScopes,
    conditions: fc.array(
      fc.record({ kind: fc.constantFrom('when', 'unless'), body: typedExpressions('bool', depth) }),
      { maxLength: 2 },
    ),
  })
}
