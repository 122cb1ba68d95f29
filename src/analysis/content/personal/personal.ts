import { BIRTH_DATE, findBirthDates } from './birth.ts'
import { EMAIL, findEmails, findPhones, PHONE } from './contacts.ts'
import { COORDINATES, findCoordinates } from './coordinates.ts'
import type { PersonalFound, PersonalType } from './kind.ts'
import { findAddresses, IP_ADDRESS } from './network.ts'
import { findIbans, findNumbers, IBAN, NUMBER_KINDS } from './numbers.ts'
import { findTravelDocuments, TRAVEL_DOCUMENT } from './travel.ts'
import { findWallets, WALLET } from './wallets.ts'
import { wordsBeside, wordsOf } from './words.ts'

/** Every type of personal data that is looked for: what pages and policies list. */
export const PERSONAL_TYPES: readonly PersonalType[] = [
  ...NUMBER_KINDS.map(({ type, what, severity, proof }) => ({ type, what, severity, proof })),
  IBAN,
  EMAIL,
  PHONE,
  IP_ADDRESS,
  WALLET,
  TRAVEL_DOCUMENT,
  BIRTH_DATE,
  COORDINATES,
]

/** In one text: more is a list of people. */
const MOST = 2_000

/**
 * Personal data in a text, in order, none within another. `name` is the name of the member that holds it.
 * Linear; `onBound` is called where there are more than 2,000.
 */
export function findPersonal(
  text: string,
  name = '',
  onBound?: () => void,
): readonly PersonalFound[] {
  const found: PersonalFound[] = []
  const take = (one: PersonalFound): void => {
    if (found.length < MOST) found.push(one)
    else onBound?.()
  }
  const spelled = wordsOf(name)
  const words = wordsBeside(text, spelled)
  if (text.includes('@')) findEmails(text, take)
  findWallets(text, words, take)
  if (/\d/.test(text)) {
    findIbans(text, take)
    findNumbers(text, words, take)
    findPhones(text, words, take)
    findAddresses(text, take)
    findBirthDates(text, spelled, take)
    findCoordinates(text, words, take)
    findTravelDocuments(text, take)
  }
  return found.length < 2 ? found : withoutOverlaps(found)
}

/** Of those that overlap, the surer; of those as sure, the longer, the first by name. */
function withoutOverlaps(found: PersonalFound[]): readonly PersonalFound[] {
  const rank = { hint: 0, likely: 1, proved: 2 }
  found.sort((a, b) => a.start - b.start || b.end - a.end)
  const kept: PersonalFound[] = []
  for (const one of found) {
    const last = kept.at(-1)
    if (last === undefined || last.end <= one.start) {
      kept.push(one)
      continue
    }
    const surer = rank[one.certainty] - rank[last.certainty]
    if (surer > 0 || (surer === 0 && one.end - one.start > last.end - last.start))
      kept[kept.length - 1] = one
  }
  return kept
}
