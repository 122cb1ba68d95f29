import {
  durationSince,
  inUnits,
  offset,
  parseDatetime,
  parseDuration,
  toDate,
  toTime,
} from './datetime.ts'
import { parseDecimal } from './decimal.ts'
import { type EntityData, type Environment, isWithin } from './environment.ts'
import { fault } from './fault.ts'
import { isInRange, isLoopback, isMulticast, parseIp } from './ip.ts'
import { add, type Long, multiply, subtract } from './long.ts'
import {
  type Entity,
  equal,
  type SetValue,
  setHas,
  setHasAll,
  setHasAny,
  setIsEmpty,
  type Value,
} from './value.ts'

type Unary = (operand: Value) => Value
type Binary = (left: Value, right: Value, environment: Environment) => Value

/** Operators and functions of one operand, by their name in Cedar's JSON form. They evaluate it always. */
export const UNARY: ReadonlyMap<string, Unary> = new Map<string, Unary>([
  ['!', (operand) => !boolean(operand)],
  ['neg', (operand) => subtract(0, integer(operand))],
  ['isEmpty', (operand) => setIsEmpty(set(operand))],
  ['decimal', (operand) => parseDecimal(string(operand))],
  ['ip', (operand) => parseIp(string(operand))],
  ['datetime', (operand) => parseDatetime(string(operand))],
  ['duration', (operand) => parseDuration(string(operand))],
  ['isIpv4', (operand) => ofKind(operand, 'ip').version === 4],
  ['isIpv6', (operand) => ofKind(operand, 'ip').version === 6],
  ['isLoopback', (operand) => isLoopback(ofKind(operand, 'ip'))],
  ['isMulticast', (operand) => isMulticast(ofKind(operand, 'ip'))],
  ['toDate', (operand) => toDate(ofKind(operand, 'datetime'))],
  ['toTime', (operand) => toTime(ofKind(operand, 'datetime'))],
  ['toMilliseconds', (operand) => ofKind(operand, 'duration').ms],
  ['toSeconds', (operand) => inUnits(ofKind(operand, 'duration'), 1000)],
  ['toMinutes', (operand) => inUnits(ofKind(operand, 'duration'), 60_000)],
  ['toHours', (operand) => inUnits(ofKind(operand, 'duration'), 3_600_000)],
  ['toDays', (operand) => inUnits(ofKind(operand, 'duration'), 86_400_000)],
])

/** Operators and functions of two operands, by their name in Cedar's JSON form. They evaluate both always. */
export const BINARY: ReadonlyMap<string, Binary> = new Map<string, Binary>([
  ['==', equal],
  ['!=', (left, right) => !equal(left, right)],
  ['<', (left, right) => ordered(left, right, (a, b) => a < b)],
  ['<=', (left, right) => ordered(left, right, (a, b) => a <= b)],
  ['>', (left, right) => ordered(left, right, (a, b) => a > b)],
  ['>=', (left, right) => ordered(left, right, (a, b) => a >= b)],
  ['+', (left, right) => add(integer(left), integer(right))],
  ['-', (left, right) => subtract(integer(left), integer(right))],
  ['*', (left, right) => multiply(integer(left), integer(right))],
  ['contains', (left, right) => setHas(set(left), right)],
  ['containsAll', (left, right) => setHasAll(set(left), set(right))],
  ['containsAny', (left, right) => setHasAny(set(left), set(right))],
  ['in', within],
  ['hasTag', hasTag],
  ['getTag', getTag],
  ['lessThan', (left, right) => scaled(left) < scaled(right)],
  ['lessThanOrEqual', (left, right) => scaled(left) <= scaled(right)],
  ['greaterThan', (left, right) => scaled(left) > scaled(right)],
  ['greaterThanOrEqual', (left, right) => scaled(left) >= scaled(right)],
  ['isInRange', (left, right) => isInRange(ofKind(left, 'ip'), ofKind(right, 'ip'))],
  ['offset', (left, right) => offset(ofKind(left, 'datetime'), ofKind(right, 'duration'))],
  [
    'durationSince',
    (left, right) => durationSince(ofKind(left, 'datetime'), ofKind(right, 'datetime')),
  ],
])

/** Functions that make a value of a string. */
export const CONSTRUCTORS: ReadonlySet<string> = new Set(['decimal', 'ip', 'datetime', 'duration'])

export function boolean(value: Value): boolean {
  return typeof value === 'boolean' ? value : mismatch('true or false', value)
}

export function string(value: Value): string {
  return typeof value === 'string' ? value : mismatch('a string', value)
}

export function entityOf(value: Value): Entity {
  return ofKind(value, 'entity')
}

/** @throws {Fault} saying what was wanted, and of what type the value is. */
export function mismatch(wanted: string, value: Value): never {
  return fault(`${wanted} is needed, not ${typeName(value)}`)
}

function typeName(value: Value): string {
  if (typeof value === 'boolean') return 'true or false'
  if (typeof value === 'string') return 'a string'
  return typeof value === 'object' ? `a value of type ${value.kind}` : 'an integer'
}

function integer(value: Value): Long {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  return mismatch('an integer', value)
}

function set(value: Value): SetValue {
  return ofKind(value, 'set')
}

function scaled(value: Value): Long {
  return ofKind(value, 'decimal').scaled
}

type Compound = Extract<Value, { readonly kind: string }>

function ofKind<Kind extends Compound['kind']>(
  value: Value,
  kind: Kind,
): Extract<Compound, { readonly kind: Kind }> {
  if (typeof value === 'object' && value.kind === kind) {
    return value as Extract<Compound, { readonly kind: Kind }>
  }
  return mismatch(`a value of type ${kind}`, value)
}

function ordered(left: Value, right: Value, compare: (a: Long, b: Long) => boolean): boolean {
  if (typeof left !== 'object') return compare(integer(left), integer(right))
  if (left.kind === 'duration') return compare(left.ms, ofKind(right, 'duration').ms)
  return compare(ofKind(left, 'datetime').ms, ofKind(right, 'datetime').ms)
}

function within(left: Value, right: Value, environment: Environment): boolean {
  const entity = entityOf(left)
  if (typeof right !== 'object' || right.kind !== 'set') {
    return isWithin(environment, entity, entityOf(right))
  }
  if (right.plain.size > 0) fault('`in` needs entities, and a set holds something else')
  const above = [...right.compound.values()].map(entityOf)
  return above.some((candidate) => isWithin(environment, entity, candidate))
}

function tags(value: Value, environment: Environment): EntityData['tags'] | undefined {
  return environment.lookup(entityOf(value))?.tags
}

function hasTag(left: Value, right: Value, environment: Environment): boolean {
  const [holder, name] = [tags(left, environment), string(right)]
  return holder?.has(name) === true
}

function getTag(left: Value, right: Value, environment: Environment): Value {
  const name = string(right)
  return tags(left, environment)?.member(name) ?? fault(`the tag \`${name}\` is absent`)
}
