import { SEVERITIES, type Severity } from '../../../kernel/finding.ts'
import { isObject, type Json } from '../../../kernel/json.ts'
import { type Change, member } from './changes.ts'
import { isDestination } from './destination.ts'
import { directionOf } from './direction.ts'
import type { Place } from './place.ts'
import { addedText, hasLookAlikes, isHiding } from './texts.ts'

/** What a change means to those who have to judge it. */
export interface Meaning {
  readonly meaning: string
  readonly severity: Severity
  /** One public sentence. */
  readonly why: string
}

/** What a change means: by where it is, and by what the new text says. */
export function meaningOf(place: Place, change: Change): Meaning {
  return worst(partMeaning(place, change), textMeaning(change))
}

export function worse(one: Severity, other: Severity): Severity {
  return SEVERITIES.indexOf(one) >= SEVERITIES.indexOf(other) ? one : other
}

function worst(meaning: Meaning, other: Meaning | undefined): Meaning {
  if (other === undefined || worse(meaning.severity, other.severity) === meaning.severity)
    return meaning
  // Where it is says more than that it is text; how bad it is, and why, the text says.
  return { ...other, meaning: meaning.meaning === 'description' ? other.meaning : meaning.meaning }
}

function say(meaning: string, severity: Severity, why: string): Meaning {
  return { meaning, severity, why }
}

function partMeaning(place: Place, change: Change): Meaning {
  switch (place.part) {
    case 'instructions':
      return say(
        'instructions',
        'medium',
        'the model reads this before anything else of the server',
      )
    case 'serverInfo':
      return serverInfoMeaning(place)
    case 'annotations':
      return annotationMeaning(place, change)
    case 'icons':
      return iconMeaning(change)
    case '_meta':
      return say('meta', 'low', 'some hosts act on what `_meta` says')
    case 'argument':
      return argumentMeaning(place, change)
    case 'schema':
      return schemaMeaning(place, change)
    case 'item':
      return itemMeaning(place)
  }
}

function serverInfoMeaning({ key }: Place): Meaning {
  if (key === 'version')
    return say('server-version', 'info', 'the server says it is another version')
  if (key === 'name') return say('server-name', 'medium', 'the server calls itself something else')
  return say('server-info', 'low', 'the server says something else of itself')
}

/** Hints of which the one value claims less harm (2025-11-25 schema, ToolAnnotations). */
const HARMLESS: Readonly<Record<string, boolean>> = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
}

function annotationMeaning({ key }: Place, { before, after }: Change): Meaning {
  // Added or removed as a whole, every claim in it is one that was made or taken back.
  const claims = (value: Json | undefined, name: string): boolean =>
    (isObject(value) ? member(value, name) : name === key ? value : undefined) === HARMLESS[name]
  const names = Object.keys(HARMLESS)
  if (names.some((name) => claims(before, name) && !claims(after, name)))
    return say('annotation-flipped', 'medium', 'it no longer claims to be as harmless as before')
  if (names.some((name) => claims(after, name) && !claims(before, name)))
    return say(
      'annotation-flipped',
      'medium',
      'it claims to be more harmless; a claim proves nothing',
    )
  return say('annotation', 'low', 'what it claims of itself is another')
}

function iconMeaning({ before, after }: Change): Meaning {
  const known = hostsOf(before)
  const other = [...hostsOf(after)].some((host) => !known.has(host))
  return other
    ? say('icon-host', 'medium', 'an icon is loaded from another place, which learns who looks')
    : say('icon', 'low', 'it looks otherwise')
}

function hostsOf(value: Json | undefined): ReadonlySet<string> {
  return new Set(
    textsIn(value)
      .filter((text) => text.length < 10_000 && URL.canParse(text))
      .map((text) => new URL(text))
      .map(({ protocol, host }) => `${protocol}${host}`),
  )
}

function argumentMeaning({ key, output }: Place, { kind, before, after }: Change): Meaning {
  if (output) return say('output-schema', 'low', 'results have another form')
  if (kind === 'removed') return say('removed-argument', 'low', 'a parameter is gone')
  const sends = isDestination(key, after)
  const sent = kind === 'changed' && isDestination(key, before)
  if (sends && !sent)
    return say('new-destination', 'high', 'a new parameter says where something goes')
  if (kind === 'added') return say('new-argument', 'medium', 'the model is asked for something new')
  return say('schema-changed', 'medium', 'a parameter is described anew')
}

const PROSE = new Set(['description', 'title', '$comment', 'examples'])
/** Where what is said of a parameter can make it one that says where something goes. */
const ABOUT = new Set(['description', 'format', 'items', 'properties'])

function schemaMeaning(place: Place, change: Change): Meaning {
  const { key, output, argument } = place
  if (output) return say('output-schema', 'low', 'results have another form')
  if (key === 'default') return defaultMeaning(argument, change)
  const turned = argument !== undefined && ABOUT.has(key) && turnsDestination(key, change)
  if (turned) return say('new-destination', 'high', 'a parameter now says where something goes')
  const direction = place.whole ? directionOf(key, change) : 'changed'
  if (PROSE.has(key)) return say('description', 'medium', 'the model reads this')
  if (key === 'properties')
    return say('schema-changed', 'medium', 'parameters came or went together')
  if (direction === 'widened') return say('schema-widened', 'medium', 'it accepts more than before')
  if (direction === 'narrowed') return say('schema-narrowed', 'low', 'it accepts less than before')
  return say('schema-changed', 'medium', 'it accepts something else than before')
}

function turnsDestination(key: string, { before, after }: Change): boolean {
  const schema = (value: Json | undefined): Json => (value === undefined ? {} : { [key]: value })
  return isDestination('', schema(after)) && !isDestination('', schema(before))
}

function defaultMeaning(argument: string | undefined, { kind, after }: Change): Meaning {
  if (kind === 'removed') return say('default-changed', 'low', 'a value is no longer preset')
  const goes =
    (argument !== undefined && isDestination(argument, undefined)) ||
    textsIn(after).some((text) => ADDRESS.test(text))
  return goes
    ? say('default-changed', 'high', 'where something goes is preset')
    : say('default-changed', 'medium', 'a value that nobody may look at is preset')
}

const RENAMING = new Set(['name', 'uri', 'uriTemplate'])

function itemMeaning({ key, whole }: Place): Meaning {
  if (RENAMING.has(key) && whole) return say('renamed', 'medium', 'it is known by another name')
  if (key === 'description') return say('description', 'medium', 'the model reads this')
  if (key === 'title') return say('title', 'low', 'people know it by this')
  if (key === 'inputSchema') return say('schema-changed', 'medium', 'it accepts something else')
  if (key === 'outputSchema') return say('output-schema', 'low', 'results have another form')
  if (key === 'mimeType' || key === 'size')
    return say('content-type', 'low', 'what it holds is another')
  return say('other', 'low', 'another part of it')
}

/** Words that tell a reader what to do; definitions say what a tool does. */
const TELLS =
  /\b(?:must|always|never|do not|don['’]t|should|shall|ensure|make sure|ignore|disregard|instead of|before (?:using|calling|any|every)|after (?:using|calling|any|every)|first (?:call|use|read|run)|required to|important|without (?:telling|asking|mentioning))\b/iu
const ADDRESS = /:\/\/|\w@\w|\bwww\./iu
const MAX_TEXT = 100_000

/** What new text means by itself, wherever it stands. */
function textMeaning({ kind, before, after, path, element }: Change): Meaning | undefined {
  const [was, is] = [textsIn(before).join('\n'), textsIn(after).join('\n')]
  const added = addedText(was, is)
  const name = kind === 'added' && element === undefined ? path.at(-1) : undefined
  const all = `${added}\n${name ?? ''}`
  if (isHiding(all))
    return say('hidden-text', 'critical', 'new text holds characters that nobody sees')
  if (hasLookAlikes(all))
    return say('look-alikes', 'high', 'new letters stand among those of an alphabet they look like')
  const few = added.slice(0, MAX_TEXT)
  if (TELLS.test(few)) return say('new-instruction', 'high', 'new text tells the model what to do')
  if (ADDRESS.test(few)) return say('new-address', 'high', 'new text names an address')
  return undefined
}

/** All texts in a value, names of members as well. */
function textsIn(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (!isObject(value)) return []
  return Object.keys(value).flatMap((name) => [name, ...textsIn(member(value, name))])
}
