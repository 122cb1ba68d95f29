import type { FlowFacts, Sighting, ValueOrigin } from '../kernel/flow.ts'
import { unescapeStep } from '../kernel/json-pointer.ts'
import type { CleanText } from './secret-names.ts'

const HIDDEN = '[redacted]'

/**
 * Where values came from, without secrets: neither what was taken out of the arguments nor what opens an
 * account is repeated, by itself or in the words that stood around something else. Decisions see neither
 * values nor quotes, so the record of one is still exact.
 *
 * @param redacted JSON Pointers of the arguments whose values were taken out
 * @param secret whether a name is that of a secret
 * @param clean takes secrets out of what is left
 */
export function flowWithoutSecrets(
  flow: FlowFacts,
  redacted: readonly string[],
  secret: (name: string) => boolean,
  clean: CleanText,
): FlowFacts {
  const hides = ({ at, role }: ValueOrigin): boolean =>
    role === 'credential' ||
    role === 'proof' ||
    redacted.some((pointer) => at === pointer || at.startsWith(`${pointer}/`))
  const hidden = flow.values.filter(hides).map(({ value }) => value)
  const quoteOf = ({ field, quote }: Sighting): string =>
    field.split('/').some((step) => secret(unescapeStep(step))) ||
    hidden.some((value) => value !== '' && quote.includes(value))
      ? ''
      : clean(quote)
  const values = flow.values.map((one) => ({
    ...one,
    value: hides(one) ? HIDDEN : clean(one.value),
    sightings: one.sightings.map((seen) => ({
      ...seen,
      quote: hides(one) ? '' : quoteOf(seen),
    })),
  }))
  return { ...flow, values }
}

/** The same in less room: without the words that stood around what was found. */
export function flowWithoutQuotes(flow: FlowFacts): FlowFacts {
  const values = flow.values.map((one) => ({
    ...one,
    sightings: one.sightings.map((seen) => ({ ...seen, quote: '' })),
  }))
  return { ...flow, values }
}
