import type { UrlFact } from '../../kernel/facts.ts'
import { readHost } from '../hosts/read-host.ts'
import { readUrl, type UrlReading } from './read-url.ts'
import { defangedNames, refang, UNDONE_DOT } from './refang.ts'
import { trimUrl } from './split-url.ts'
import { urlFact } from './url-fact.ts'
import { type UrlInText, urlsInText } from './urls-in-text.ts'

/** How many URLs of one text are listed. */
const MOST = 64
/** How many texts of URLs are remembered, so that what stands there often is read once. */
const MOST_SEEN = 1_024
/** The longest text that may be one URL with line ends in it. */
const LONGEST_WHOLE = 65_536

/**
 * URLs anywhere in a text: with a scheme and slashes, `www.` names, links and images of Markdown and
 * HTML without a scheme, `javascript:` and `data:`, and the harmless forms of all these. A URL inside of
 * another one counts too; one that is read with several hosts counts once for each. The last fact is
 * flagged `more` when the text holds more than are listed. Linear in the length of the text.
 */
export function findUrls(text: string, at: string): readonly UrlFact[] {
  const facts = new Map<string, UrlFact>()
  let more = false
  for (const found of readings(text)) {
    if (found === 'more') more = true
    else if (facts.size < MOST)
      add(facts, urlFact(found.reading, { at, origin: 'found', flags: found.flags }))
    else if (!facts.has(key(found.reading))) return withMore([...facts.values()])
  }
  return more ? withMore([...facts.values()]) : [...facts.values()]
}

function add(facts: Map<string, UrlFact>, fact: UrlFact): void {
  if (!facts.has(key(fact))) facts.set(key(fact), fact)
}

function key({ scheme, host, href }: UrlReading | UrlFact): string {
  return `${scheme} ${host} ${href}`
}

function withMore(facts: readonly UrlFact[]): readonly UrlFact[] {
  return facts.map((fact, index) =>
    index < facts.length - 1 ? fact : { ...fact, flags: [...fact.flags, 'more'].sort() },
  )
}

interface FoundReading {
  readonly reading: UrlReading
  readonly flags: readonly string[]
}

function* readings(text: string): Generator<FoundReading | 'more'> {
  yield* readable(wholeUrl(text), [])
  yield* urlsIn(text, [])
  const undone = refang(text)
  if (undone === undefined) return
  yield* urlsIn(undone.replaceAll(UNDONE_DOT, '.'), ['defanged'])
  for (const name of defangedNames(undone))
    yield* readable(`http://${name}`, ['defanged', 'schemeless'])
}

function* urlsIn(text: string, flags: readonly string[]): Generator<FoundReading | 'more'> {
  for (const found of distinct(urlsInText(text))) {
    if (found === 'more') yield found
    else yield* readable(found.url, found.schemeless ? [...flags, 'schemeless'] : flags)
  }
}

function* distinct(all: Iterable<UrlInText | 'more'>): Generator<UrlInText | 'more'> {
  const seen = new Set<string>()
  for (const found of all) {
    const text = found === 'more' ? found : found.url
    if (seen.has(text)) continue
    if (seen.size < MOST_SEEN) seen.add(text)
    yield found
  }
}

function* readable(url: string | undefined, flags: readonly string[]): Generator<FoundReading> {
  const reading = url === undefined ? undefined : readUrl(url)
  if (reading === undefined || 'unparsable' in reading) return
  yield { reading, flags }
  for (const host of reading.others)
    yield { reading: { ...reading, host, addresses: readHost(host)?.addresses ?? [] }, flags }
}

/** A text that is one URL broken by tabs and line ends, which readers by the WHATWG standard join. */
function wholeUrl(text: string): string | undefined {
  if (text.length > LONGEST_WHOLE) return undefined
  const trimmed = trimUrl(text)
  if (!/[\t\n\r]/.test(trimmed) || /[ <>"]/.test(trimmed)) return undefined
  // several lines, each with a URL of its own
  if (/[\t\n\r](?:https?|wss?|ftp|file):[/\\]/i.test(trimmed)) return undefined
  const clean = trimmed.replace(/[\t\n\r]/g, '')
  return /^(?:(?:https?|wss?|ftp|file):[/\\]|(?:java|vb)script:)/i.test(clean) ? trimmed : undefined
}
