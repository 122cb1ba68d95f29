import type { RecipientFact } from '../../kernel/facts.ts'
import type { Json } from '../../kernel/json.ts'
import type { Analyser, Reading } from '../analyser.ts'
import { readAddressList } from './address-list.ts'
import { addressesInText } from './addresses-in.ts'
import { readBareName } from './bare-name.ts'
import type { ListedRecipient } from './listed.ts'
import { isMailto, readMailto } from './mailto.ts'

/** How many values one argument may hold. */
const MOST = 1_024
/** How many addresses of one text are listed. */
const MOST_FOUND = 64

/**
 * Reads recipients: every domain that mail to them may reach, whatever the notation, and what is unusual
 * about them (`RECIPIENT_FLAGS`). Users and channels of chats have no domain. A text in which anything
 * is left that is no address is unparsable.
 */
export const recipientAnalyser: Analyser<'recipient'> = {
  kind: 'recipient',
  declared: (value, { at }) => {
    if (!Array.isArray(value)) return readOne(value, at)
    if (value.length > MOST) return { unparsable: `holds more than ${MOST} values` }
    return joined(value.map((item: Json, index) => readOne(item, `${at}/${index}`)))
  },
  found: (text, { at }) => findRecipients(text, at),
}

/** An argument that is null or blank says nothing, like one that is absent. */
function readOne(value: Json, at: string): Reading<RecipientFact> {
  if (value === null) return { facts: [] }
  if (typeof value !== 'string') return { unparsable: 'is not a text' }
  const name = readBareName(value)
  if (name) return { facts: [fact(name, at, 'declared')] }
  const result = isMailto(value) ? readMailto(value) : readAddressList(value)
  if ('unparsable' in result) return result
  return { facts: result.recipients.map((one) => fact(one, at, 'declared')) }
}

function joined(readings: readonly Reading<RecipientFact>[]): Reading<RecipientFact> {
  const facts: RecipientFact[] = []
  for (const reading of readings) {
    if ('unparsable' in reading) return reading
    facts.push(...reading.facts)
  }
  return { facts }
}

function fact(
  { address, domain, display, flags }: ListedRecipient,
  at: string,
  origin: RecipientFact['origin'],
): RecipientFact {
  return {
    at,
    origin,
    flags: [...new Set(flags)].sort(),
    address,
    domain,
    ...(display === undefined ? {} : { display }),
  }
}

function findRecipients(text: string, at: string): readonly RecipientFact[] {
  const facts = new Map<string, RecipientFact>()
  for (const reached of addressesInText(text)) {
    for (const one of reached) {
      if (facts.has(one.address)) continue
      if (facts.size === MOST_FOUND) return withMore([...facts.values()])
      facts.set(one.address, fact(one, at, 'found'))
    }
  }
  return [...facts.values()]
}

function withMore(facts: readonly RecipientFact[]): readonly RecipientFact[] {
  return facts.map((one, index) =>
    index < facts.length - 1 ? one : { ...one, flags: [...one.flags, 'more'].sort() },
  )
}
