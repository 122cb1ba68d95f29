import { digitAt } from './checks.ts'
import type { PersonalFound, PersonalType } from './kind.ts'

export const TRAVEL_DOCUMENT: PersonalType = {
  type: 'travel-document',
  what: 'the machine-readable lines of a travel document',
  severity: 'high',
  proof: 'check digits of ICAO Doc 9303',
}

/** The characters from and to; the next one checks them. */
type Checked = readonly [number, number]

interface Zone {
  readonly lines: number
  readonly length: number
  readonly first: RegExp
  /** What is checked in the second line. */
  readonly checked: readonly Checked[]
}

const NUMBER_AND_DATES: readonly Checked[] = [
  [0, 9],
  [13, 19],
  [21, 27],
]
const DATES: readonly Checked[] = [
  [0, 6],
  [8, 14],
]
const ZONES: readonly Zone[] = [
  // TD3, passports; TD2, and visas of that size; TD1, cards, with the number in the first line.
  { lines: 2, length: 44, first: /^[PV][A-Z<]{43}$/, checked: NUMBER_AND_DATES },
  { lines: 2, length: 36, first: /^[ACIPV][A-Z<]{35}$/, checked: NUMBER_AND_DATES },
  { lines: 3, length: 30, first: /^[ACI][A-Z<]{4}/, checked: DATES },
]

const LINE = /^[A-Z0-9<]{30,44}(?=\r?$)/gm

/** Machine-readable zones of passports, visas and identity cards. */
export function findTravelDocuments(text: string, take: (found: PersonalFound) => void): void {
  if (!text.includes('<<')) return
  const lines = [...text.matchAll(LINE)]
  for (const [index, { index: start }] of lines.entries())
    for (const zone of ZONES) {
      const block = lines.slice(index, index + zone.lines)
      const last = block.at(-1)
      if (last === undefined || !isZone(zone, block)) continue
      const end = last.index + last[0].length
      const value = block.map(([line]) => line).join('')
      take({ type: TRAVEL_DOCUMENT.type, start, end, certainty: 'proved', value })
    }
}

function isZone(
  { lines, length, first, checked }: Zone,
  block: readonly RegExpExecArray[],
): boolean {
  const [one = '', two = ''] = block.map(([line]) => line)
  return (
    block.length === lines &&
    block.every(([line], index) => line.length === length && isNext(block, index)) &&
    first.test(one) &&
    checked.every((fields) => holds(two, fields))
  )
}

/** Whether a line comes right behind the one in front of it. */
function isNext(block: readonly RegExpExecArray[], index: number): boolean {
  const before = block[index - 1]
  const gap = (block[index]?.index ?? 0) - (before?.index ?? 0) - (before?.[0].length ?? 0)
  return before === undefined || gap <= 2
}

/** Weights 7, 3, 1; letters count from ten, fillers nothing. */
function holds(line: string, [from, to]: Checked): boolean {
  let sum = 0
  for (let index = from; index < to; index += 1) {
    const value = Number.parseInt(line[index] ?? '0', 36)
    sum += (Number.isNaN(value) ? 0 : value) * ([7, 3, 1][(index - from) % 3] ?? 0)
  }
  return sum % 10 === digitAt(line, to) && line[to] !== '<'
}
