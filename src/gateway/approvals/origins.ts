import type { ArgumentRole, FlowFacts, ValueOrigin } from '../../kernel/flow.ts'
import { LIKENESS_MEANINGS, ORIGIN_MEANINGS, ROLE_MEANINGS } from '../../kernel/flow-words.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { visible } from './visible.ts'

/** Values of one call that people are shown, and places of each. */
const MOST_VALUES = 8
const MOST_PLACES = 2

/** What decides most stands first. */
const ORDER: readonly ArgumentRole[] = [
  'destination',
  'command',
  'credential',
  'proof',
  'selector',
  'content',
  'setting',
]

/** Values that free text named, what decides most first: what a person has to look at. */
export function namedByText(flow: FlowFacts | undefined): readonly ValueOrigin[] {
  const named = (flow?.values ?? []).filter(
    ({ origin }) => origin === 'untrusted' || origin === 'members',
  )
  const rank = ({ origin, link, role }: ValueOrigin): number =>
    (origin === 'untrusted' ? 0 : ORDER.length) + (link ? 0 : ORDER.indexOf(role))
  return named.toSorted((left, right) => rank(left) - rank(right))
}

/** Where values come from, with the words that stood around them: for people. Nothing in it is left unseen. */
export function originLines(flow: FlowFacts | undefined): readonly string[] {
  const named = namedByText(flow)
  const lines = named
    .slice(0, MOST_VALUES)
    .flatMap((one) => [
      `Origin: the value ${shown(one.value)} of ${shown(one.at)} (${meaningOf(one)}) ${ORIGIN_MEANINGS[one.origin]}`,
      ...one.sightings
        .slice(0, MOST_PLACES)
        .map(
          ({ server, target, field, likeness, quote }) =>
            `  in ${shown(target)} of server ${shown(server)}, field ${shown(field)}, ${LIKENESS_MEANINGS[likeness]}: ${shown(quote)}`,
        ),
    ])
  const more = named.length - MOST_VALUES
  return more > 0 ? [...lines, `Origin: ${more} more values are named in free text`] : lines
}

/** The same in one sentence, for models: without a word of what they read. Empty where there is nothing. */
export function originSentence(flow: FlowFacts | undefined): string {
  const [first] = namedByText(flow)
  if (first === undefined) return ''
  const [seen] = first.sightings
  const where =
    seen === undefined ? '' : `, in ${shown(seen.target)} of server ${shown(seen.server)}`
  return `The value of argument ${shown(first.at)} ${ORIGIN_MEANINGS[first.origin]}${where}.`
}

/** The same for programs. */
export function originsOf(flow: FlowFacts | undefined): readonly JsonObject[] {
  return namedByText(flow)
    .slice(0, MOST_VALUES)
    .map(({ at, role, value, origin, sightings }) => ({
      ...{ at, role, value, origin },
      sightings: sightings.slice(0, MOST_PLACES).map((seen) => ({ ...seen })),
    }))
}

/** Quotes may end within a character. */
function shown(text: string): string {
  return visible(text.toWellFormed())
}

function meaningOf({ link, role }: ValueOrigin): string {
  return link ? 'a link in what is written' : ROLE_MEANINGS[role]
}
