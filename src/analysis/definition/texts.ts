import { isObject, type Json } from '../../kernel/json.ts'
import { escapeStep } from '../../kernel/json-pointer.ts'

/**
 * What a text of a definition is for. `prose` talks to the reader: descriptions, titles, instructions.
 * `name`: names of items and of members. `value`: enums, defaults, examples, constants. `pattern`: regular
 * expressions. `address`: URLs and URI templates. `note`: all that no reader expects, `_meta` and `$comment`
 * among it.
 */
export type TextRole = 'prose' | 'name' | 'value' | 'pattern' | 'address' | 'note'

/** One text of a definition. */
export interface DefinitionText {
  /** JSON Pointer of the value; of the member where the text is its name. */
  readonly at: string
  readonly inName: boolean
  readonly role: TextRole
  readonly text: string
  /** Whether it describes the whole item, and not a part of its schemas. */
  readonly top: boolean
}

/** The texts of a definition, and whether there were more than are looked at. */
export interface DefinitionTexts {
  readonly texts: readonly DefinitionText[]
  readonly complete: boolean
}

/** Bounds: more than these have no honest use, and what is cut is said. */
const MOST_TEXTS = 50_000
const MOST_CHARACTERS = 2 * 1024 * 1024
/** Pointers of deep values would be quadratic; this is where they stop. */
const MOST_POINTER = 4096

const PROSE: ReadonlySet<string> = new Set(['description', 'title', 'instructions', 'summary'])
const VALUES: ReadonlySet<string> = new Set(['enum', 'default', 'examples', 'example', 'const'])
const ADDRESSES: ReadonlySet<string> = new Set(
  'uri uriTemplate src url websiteUrl $id $ref $schema'.split(' '),
)
/** Members whose own members are named by the author: of schemas, and of what no standard describes. */
const NAMED: ReadonlySet<string> = new Set(
  'properties patternProperties $defs definitions dependentSchemas _meta'.split(' '),
)
/** Names that standards give: JSON Schema 2020-12 and MCP. All others are the author's words. */
const KNOWN: ReadonlySet<string> = new Set(
  `name arguments annotations icons inputSchema outputSchema execution mimeType sizes size theme version
  serverInfo type items prefixItems additionalProperties required format pattern minimum maximum minLength
  maxLength minItems maxItems uniqueItems allOf anyOf oneOf not if then else contains nullable readOnly
  writeOnly deprecated exclusiveMinimum exclusiveMaximum multipleOf $comment $anchor $dynamicRef
  $dynamicAnchor propertyNames unevaluatedProperties unevaluatedItems dependentRequired minProperties
  maxProperties minContains maxContains contentEncoding contentMediaType contentSchema readOnlyHint
  destructiveHint idempotentHint openWorldHint audience priority lastModified taskSupport`.split(
    /\s+/,
  ),
)

/** A value on the way down. */
interface Step {
  readonly value: Json | undefined
  readonly at: string
  readonly depth: number
  readonly role: TextRole
  /** The names of the members of this object are the author's. */
  readonly named: boolean
}

/** Every text of a definition, names of members among them. Linear, bounded, total. */
export function textsOf(definition: Json): DefinitionTexts {
  const walk = new Walk()
  // What is only a text are the instructions of a server.
  const role = typeof definition === 'string' ? 'prose' : 'note'
  const stack: Step[] = [{ value: definition, at: '', depth: 0, role, named: false }]
  for (let step = stack.pop(); step !== undefined && !walk.full; step = stack.pop()) {
    for (const next of walk.visit(step)) stack.push(next)
  }
  return { texts: walk.texts, complete: !walk.full && !walk.tooDeep }
}

class Walk {
  readonly texts: DefinitionText[] = []
  tooDeep = false
  private readonly seen = new Set<object>()
  private characters = 0

  get full(): boolean {
    return this.texts.length > MOST_TEXTS || this.characters > MOST_CHARACTERS
  }

  /** Takes a value's text, or says what is in it. */
  visit(step: Step): readonly Step[] {
    const { value, at, depth, role } = step
    if (typeof value === 'string') {
      const text = value.slice(0, MOST_CHARACTERS - this.characters + 1)
      this.characters += text.length
      this.texts.push({ at, inName: false, role, text, top: depth <= 1 })
      return []
    }
    // What refers to itself is no JSON, but must not hang anybody.
    if (typeof value !== 'object' || value === null || this.seen.has(value)) return []
    this.seen.add(value)
    this.tooDeep ||= at.length > MOST_POINTER
    return at.length > MOST_POINTER ? [] : within(step, this.texts)
  }
}

/** The values in an object or array, the last first: they are taken from the end. */
function within(step: Step, texts: DefinitionText[]): readonly Step[] {
  const { value, at, depth, role } = step
  const steps: Step[] = []
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      steps.push({ value: item, at: `${at}/${index}`, depth: depth + 1, role, named: false })
    }
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      const below = `${at}/${escapeStep(name)}`
      if (isAuthors(name, step)) texts.push(nameText(below, name))
      steps.push({ value: member, at: below, depth: depth + 1, ...roleOf(name, step) })
    }
  }
  return steps.reverse()
}

function isAuthors(name: string, { named }: Step): boolean {
  return (
    named ||
    !(
      KNOWN.has(name) ||
      PROSE.has(name) ||
      VALUES.has(name) ||
      ADDRESSES.has(name) ||
      NAMED.has(name)
    )
  )
}

/** What a member is for. Within values and named members the names mean nothing. */
function roleOf(name: string, { role, named, depth }: Step): Pick<Step, 'role' | 'named'> {
  if (role === 'value') return { role, named: false }
  if (named) return { role: 'note', named: false }
  if (depth === 0 && name === 'name') return { role: 'name', named: false }
  if (PROSE.has(name)) return { role: 'prose', named: false }
  if (VALUES.has(name)) return { role: 'value', named: false }
  if (ADDRESSES.has(name)) return { role: 'address', named: false }
  if (name === 'pattern') return { role: 'pattern', named: false }
  return { role: 'note', named: NAMED.has(name) }
}

function nameText(at: string, text: string): DefinitionText {
  return { at, inName: true, role: 'name', text, top: false }
}
