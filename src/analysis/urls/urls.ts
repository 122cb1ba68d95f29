import { isIP } from 'node:net'
import type { UrlFact } from '../../kernel/facts.ts'
import type { Json } from '../../kernel/json.ts'
import type { Analyser, Place, Reading, World } from '../analyser.ts'
import { readDeclaredUrl } from './declared-url.ts'
import { findUrls } from './find-urls.ts'
import { rangesOfHost, urlFact } from './url-fact.ts'

/** How many URLs one argument may hold. */
const MOST = 1_024
/** How many hosts of one call are resolved; the others stay `unresolved`. */
const MOST_HOSTS = 32

/**
 * Reads URLs: hosts as they will be looked up, addresses in every notation, and what is unusual about
 * them (`URL_FLAGS`). A declared URL that common readers take to different hosts is unparsable.
 */
export const urlAnalyser: Analyser<'url'> = {
  kind: 'url',
  declared: (value, place) => {
    if (!Array.isArray(value)) return readOne(value, place.at)
    if (value.length > MOST) return { unparsable: `holds more than ${MOST} values` }
    return joined(value.map((item: Json, index) => readOne(item, `${place.at}/${index}`)))
  },
  found: (text, place) => findUrls(text, place.at),
  complete: resolveHosts,
}

/** An argument that is null or blank says nothing, like one that is absent. */
function readOne(value: Json, at: Place['at']): Reading<UrlFact> {
  if (value === null) return { facts: [] }
  if (typeof value !== 'string') return { unparsable: 'is not a text' }
  if (value.trim() === '') return { facts: [] }
  const reading = readDeclaredUrl(value)
  if ('unparsable' in reading) return reading
  return { facts: [urlFact(reading, { at, origin: 'declared', flags: [] })] }
}

function joined(readings: readonly Reading<UrlFact>[]): Reading<UrlFact> {
  const facts: UrlFact[] = []
  for (const reading of readings) {
    if ('unparsable' in reading) return reading
    facts.push(...reading.facts)
  }
  return { facts }
}

async function resolveHosts(facts: readonly UrlFact[], world: World): Promise<readonly UrlFact[]> {
  const names = new Set(facts.map(({ host }) => host).filter((host) => host !== '' && !isIP(host)))
  const asked = [...names].slice(0, MOST_HOSTS)
  const answers = await Promise.all(
    asked.map(async (host) => [host, await world.resolver.resolve(host)] as const),
  )
  const known = new Map(answers)
  return facts.map((fact) => {
    const addresses = known.get(fact.host)
    if (addresses === undefined) return fact
    return { ...fact, addresses, ranges: rangesOfHost(fact.host, addresses) }
  })
}
