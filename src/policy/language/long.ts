import { fault } from './fault.ts'

/**
 * Cedar's 64-bit signed integer. A safe integer is always a `number` and any other always a
 * `bigint`, so that two equal integers are `===`; `<` and `<=` compare across the two.
 */
export type Long = number | bigint

const MIN = -(2n ** 63n)
const MAX = 2n ** 63n - 1n
const OVERFLOW = 'a number is out of the 64-bit range'

/** The `Long` of an exact integer, or `undefined` outside of 64 bits. */
export function toLong(exact: bigint): Long | undefined {
  if (exact < MIN || exact > MAX) return undefined
  const near = Number(exact)
  return Number.isSafeInteger(near) ? near : exact
}

/** Reads ASCII digits with an optional `-`, or `undefined` outside of 64 bits. Linear in the length. */
export function parseLong(digits: string): Long | undefined {
  const significant = digits.replace(/^(-?)0+(?=\d)/, '$1')
  return significant.length > 20 ? undefined : toLong(BigInt(significant))
}

function checked(exact: bigint): Long {
  return toLong(exact) ?? fault(OVERFLOW)
}

/** @throws {Fault} on overflow of 64 bits. */
export function add(left: Long, right: Long): Long {
  const sum = Number(left) + Number(right)
  // A sum that is safe in floating point was computed without rounding only from safe operands.
  if (bothSafe(left, right) && Number.isSafeInteger(sum)) return sum
  return checked(BigInt(left) + BigInt(right))
}

/** @throws {Fault} on overflow of 64 bits. */
export function subtract(left: Long, right: Long): Long {
  const difference = Number(left) - Number(right)
  if (bothSafe(left, right) && Number.isSafeInteger(difference)) return difference
  return checked(BigInt(left) - BigInt(right))
}

/** @throws {Fault} on overflow of 64 bits. */
export function multiply(left: Long, right: Long): Long {
  const product = Number(left) * Number(right)
  // Adding zero makes `-0` the only zero that Cedar has.
  if (bothSafe(left, right) && Number.isSafeInteger(product)) return product + 0
  return checked(BigInt(left) * BigInt(right))
}

/** Division that rounds towards zero, as Cedar's duration units do. `by` is positive and safe. */
export function divide(value: Long, by: number): Long {
  return checked(BigInt(value) / BigInt(by))
}

function bothSafe(left: Long, right: Long): boolean {
  return typeof left === 'number' && typeof right === 'number'
}
