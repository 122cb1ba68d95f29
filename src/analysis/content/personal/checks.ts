/** Sum of digits times weights; weights beyond the digits are left out. */
export function weighted(digits: string, weights: readonly number[]): number {
  let sum = 0
  for (const [index, weight] of weights.entries()) sum += digitAt(digits, index) * weight
  return sum
}

/** The digit at an index; 0 where there is none. */
export function digitAt(digits: string, index: number): number {
  const digit = digits.charCodeAt(index) - 48
  return digit >= 0 && digit <= 9 ? digit : 0
}

/** ISO/IEC 7812-1, annex B. */
export function luhn(digits: string): boolean {
  let sum = 0
  for (let index = digits.length - 1, twice = 1; index >= 0; index -= 1, twice = 3 - twice) {
    const times = digitAt(digits, index) * twice
    sum += times > 9 ? times - 9 : times
  }
  return sum % 10 === 0
}

/** ISO/IEC 7064, MOD 11,10: the last digit checks those in front of it. */
export function mod1110(digits: string): boolean {
  let product = 10
  for (let index = 0; index < digits.length - 1; index += 1) {
    const sum = (digitAt(digits, index) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === digitAt(digits, digits.length - 1)
}

/** The rest of a decimal number of any length. */
export function restOf(digits: string, by: number): number {
  let rest = 0
  for (let index = 0; index < digits.length; index += 1)
    rest = (rest * 10 + digitAt(digits, index)) % by
  return rest
}

const DIHEDRAL = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
]
const PERMUTED = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
]

/** Verhoeff's check in the dihedral group of order ten. */
export function verhoeff(digits: string): boolean {
  let check = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digitAt(digits, digits.length - 1 - index)
    check = digitAt(DIHEDRAL[check] ?? '', digitAt(PERMUTED[index % 8] ?? '', digit))
  }
  return check === 0
}

/** Whether a day is one of the calendar; a year of two digits is taken as any century. */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false
  const full = year < 100 ? 2000 + year : year
  return day <= new Date(Date.UTC(full, month, 0)).getUTCDate()
}

/** Whether a full date lies where people who live were born. */
export function isBirth(year: number, month: number, day: number): boolean {
  return year >= 1900 && year <= 2099 && isDay(year, month, day)
}

/** A part of a number as a number. */
export function part(digits: string, from: number, to: number): number {
  return Number(digits.slice(from, to))
}

/** All digits the same: a placeholder of forms and tests, in spite of check digits that often hold. */
export function isOneDigit(digits: string): boolean {
  return /^(\d)\1*$/.test(digits)
}
