import { digitAt } from './checks.ts'
import type { PersonalFound, PersonalType } from './kind.ts'

export const TRAVEL_DOCUMENT: PersonalType = {
  type: 'travel-document',
  what: 'the machine-readable lines of a travel document',
  severity: 'high',
  proof: 'check digits of ICAO Doc 9303',
}

const LINES: readonly { readonly shape: RegExp; readonly checked: readonly Checked[] }[] = [
  {
    // TD3, passports: two lines of 44.
    shape: /(?<![A-Z0-9<])P[A-Z<][A-Z<]{42}\r?\n([A-Z0-9<]{44})(?![A-Z0-9<])/g,
    checked: [
      [0, 9],
      [13, 19],
      [21, 27],
    ],
  },
  {
    // TD2, and visas of that size: two lines of 36.
    shape: /(?<![A-Z0-9<])[ACIPV][A-Z<][A-Z<]{34}\r?\n([A-Z0-9<]{36})(?![A-Z0-9<])/g,
    checked: [
      [0, 9],
      [13, 19],
      [21, 27],
    ],
  },
  {
    // TD1, cards: three lines of 30; the number is in the first, the dates are in the second.
    shape:
      /(?<![A-Z0-9<])[ACI][A-Z<][A-Z<]{3}[A-Z0-9<]{25}\r?\n([A-Z0-9<]{30})\r?\n[A-Z<]{30}(?![A-Z0-9<])/g,
    checked: [
      [0, 6],
      [8, 14],
    ],
  },
]
/** The characters from and to; the next one checks them. */
type Checked = readonly [number, number]

/** Machine-readable zones of passports, visas and identity cards. */
export function findTravelDocuments(text: string, take: (found: PersonalFound) => void): void {
  if (!text.includes('<<')) return
  for (const { shape, checked } of LINES)
    for (const { 0: raw, 1: line, index } of text.matchAll(shape))
      if (line !== undefined && checked.every((fields) => holds(line, fields)))
        take({
          type: TRAVEL_DOCUMENT.type,
          start: index,
          end: index + raw.length,
          certainty: 'proved',
          value: raw.replace(/\s/g, ''),
        })
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
