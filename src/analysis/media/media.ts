import type { MediaFact } from '../../kernel/facts.ts'
import type { Json } from '../../kernel/json.ts'
import type { Analyser, Place, Reading } from '../analyser.ts'
import { type DataUrl, readDataUrl } from './data-url.ts'
import { findDataUrls } from './find-data-urls.ts'
import type { MediaFlag } from './flags.ts'
import { familyOf, isRegisteredTree, readMediaType } from './media-type.ts'
import { hasSignature, holdsScript, isText, type Sniffed, sniff } from './sniff.ts'

/** Media in one list at most. */
const MAX_ITEMS = 1_000

/**
 * Reads media types (RFC 6838) and `data:` URLs (RFC 2397), whose content is looked into: a type is
 * a claim, and what shows the content may not believe it.
 */
export const mediaAnalyser: Analyser<'media'> = {
  kind: 'media',
  declared(value, place) {
    if (!Array.isArray(value)) return readDeclared(value, place)
    if (value.length > MAX_ITEMS) return { unparsable: `more than ${MAX_ITEMS} media types` }
    const facts: MediaFact[] = []
    for (const [index, item] of value.entries()) {
      const reading = readDeclared(item, { ...place, at: `${place.at}/${index}` })
      if ('unparsable' in reading) return reading
      facts.push(...reading.facts)
    }
    return { facts }
  },
  found(text, place) {
    const type = text.length > 255 ? undefined : readMediaType(text)
    if (type !== undefined && isRegisteredTree(type)) return [ofType(type, place, 'found')]
    return findDataUrls(text).map((url) => ofData(url, place, 'found'))
  },
}

function readDeclared(value: Json, place: Place): Reading<MediaFact> {
  if (typeof value !== 'string') return { unparsable: 'is not a text' }
  if (/^\s*data:/i.test(value)) {
    const data = readDataUrl(value.trim())
    if (!data) return { unparsable: 'is not a data: URL with a media type' }
    return data.content === undefined
      ? { unparsable: 'does not hold Base64' }
      : { facts: [ofData(data, place, 'declared')] }
  }
  const type = readMediaType(value)
  return type === undefined
    ? { unparsable: 'is not a media type' }
    : { facts: [ofType(type, place, 'declared')] }
}

function ofType(type: string, { at }: Place, origin: MediaFact['origin']): MediaFact {
  const flags = new Set<MediaFlag>()
  addFamily(flags, type)
  return { at, origin, flags: [...flags].sort(), type }
}

function ofData(data: DataUrl, { at }: Place, origin: MediaFact['origin']): MediaFact {
  const { type, base64, content } = data
  const flags = new Set<MediaFlag>(['data-uri'])
  addFamily(flags, type)
  if (content === undefined) {
    return { at, origin, flags: [...flags.add('malformed')].sort(), type }
  }
  const sniffed = sniff(content)
  if (sniffed) addFamily(flags, sniffed.type)
  const isXml = [familyOf(type), sniffed?.family].includes('xml')
  if (isXml && holdsScript(content)) flags.add('active')
  if (content.length > 0 && contradicts(type, sniffed)) flags.add('mismatch')
  if (base64 && content.length > 0 && isText(content)) flags.add('encoded-text')
  return { at, origin, flags: [...flags].sort(), type, bytes: content.length }
}

function addFamily(flags: Set<MediaFlag>, type: string): void {
  const family = familyOf(type)
  if (family === 'executable') flags.add('executable')
  if (family === 'html' || family === 'svg' || family === 'script') flags.add('active')
  // A program in the form of a page is both.
  if (type === 'application/hta' || type.endsWith('/vbscript')) flags.add('active')
}

/** Whether content is surely not what its type says. Types that say nothing are not contradicted. */
function contradicts(type: string, sniffed: Sniffed | undefined): boolean {
  if (type === 'application/octet-stream') return false
  if (hasSignature(type)) return sniffed?.type !== type
  if (!sniffed) return false
  const [claimed, found] = [familyOf(type), sniffed.family]
  const tree = type.slice(0, type.indexOf('/'))
  switch (found) {
    case 'html':
    case 'svg':
    case 'xml':
      return claimed !== found && !isMarkup(claimed)
    case 'executable':
      return claimed !== 'executable' && !(tree === 'text' && sniffed.type.startsWith('text/'))
    case 'script':
    case 'other':
      // Packages of all kinds are archives inside; texts and pictures are not.
      return tree !== 'application' && tree !== sniffed.type.slice(0, sniffed.type.indexOf('/'))
  }
}

/** HTML, SVG and XML hold one another. */
function isMarkup(family: ReturnType<typeof familyOf>): boolean {
  return family === 'html' || family === 'svg' || family === 'xml'
}
