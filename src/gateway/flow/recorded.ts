import type { FlowFacts, ValueOrigin } from '../../kernel/flow.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { isObject } from '../../kernel/json.ts'
import { unescapeStep } from '../../kernel/json-pointer.ts'

const HIDDEN = '[redacted]'

/**
 * Where values came from, as records may hold it. Decisions see neither values nor quotes, so one that is
 * made again comes out the same.
 *
 * @param args the arguments, and `shown` what records hold of them
 * @param clean takes out of texts what is not for records; as many texts as it was given
 */
export async function recordedFlow(
  flow: FlowFacts,
  args: JsonObject,
  shown: JsonObject,
  clean: (texts: readonly string[]) => Promise<readonly string[]>,
): Promise<FlowFacts> {
  const hidden = flow.values.filter(({ at }) => args !== shown && isHidden(at, args, shown))
  const secrets = hidden.map(({ value }) => value)
  const known = flow.values.filter(({ sightings }) => sightings.length > 0)
  const texts = known.flatMap(({ value, sightings }) => [
    value,
    ...sightings.map(({ quote }) => quote),
  ])
  const cleaned = new Map((await clean(texts)).map((text, at) => [texts[at] ?? '', text]))
  const textOf = (text: string): string =>
    secrets.some((secret) => text.includes(secret)) ? '' : (cleaned.get(text) ?? text)
  const values = flow.values.map((one) =>
    hidden.includes(one) ? without(one) : withTexts(one, textOf),
  )
  return { ...flow, values }
}

/** What stands elsewhere than in the arguments is hidden with anything that is. */
function isHidden(at: string, args: JsonObject, shown: JsonObject): boolean {
  const value = valueAt(args, at)
  return value === undefined || JSON.stringify(value) !== JSON.stringify(valueAt(shown, at))
}

function without(one: ValueOrigin): ValueOrigin {
  const sightings = one.sightings.map((sighting) => ({ ...sighting, quote: '' }))
  return { ...one, value: HIDDEN, sightings }
}

function withTexts(one: ValueOrigin, textOf: (text: string) => string): ValueOrigin {
  const sightings = one.sightings.map((sighting) => ({
    ...sighting,
    quote: textOf(sighting.quote),
  }))
  return { ...one, value: textOf(one.value) || HIDDEN, sightings }
}

function valueAt(value: Json | undefined, at: string): Json | undefined {
  return at
    .split('/')
    .slice(1)
    .map(unescapeStep)
    .reduce<Json | undefined>((inner, step) => memberOf(inner, step), value)
}

function memberOf(value: Json | undefined, step: string): Json | undefined {
  if (Array.isArray(value))
    return /^\d{1,9}$/.test(step) ? (value as readonly Json[])[Number(step)] : undefined
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
}
