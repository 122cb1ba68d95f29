import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { unescapeStep } from '../../kernel/json-pointer.ts'
import { applicators, reference } from './applicators.ts'
import { arrays, unevaluatedItems } from './array-keywords.ts'
import { objects, unevaluatedProperties } from './object-keywords.ts'
import { compilePattern } from './pattern.ts'
import { absorb, all, type Check, enter, fail, nothingSeen } from './run.ts'
import { numbers, oneOfValues, strings, type } from './scalar-keywords.ts'
import { type Keyword, membersOf, type Slot, type Source, textOf, unsupported } from './source.ts'
import { weigh } from './weigh.ts'

const MAX_SIZE = 256 * 1024
const MAX_DEPTH = 64
const MAX_SUBSCHEMAS = 5_000
const MAX_PATTERN_STATES = 20_000
/** Units for remembering what one subschema saw. */
const TRACKING_COST = 20

/** Every keyword that is evaluated; the unevaluated ones look at what the others saw. */
const KEYWORDS: readonly Keyword[] = [
  reference,
  type,
  ...oneOfValues,
  ...numbers,
  ...strings,
  ...objects,
  ...arrays,
  ...applicators,
  unevaluatedItems,
  unevaluatedProperties,
]

/** The dialects that are understood, by `$schema` without scheme and fragment. */
const DIALECTS: ReadonlyMap<string, Source['draft']> = new Map([
  ['json-schema.org/draft/2020-12/schema', '2020-12'],
  ['json-schema.org/draft/2019-09/schema', '2020-12'],
  ['json-schema.org/draft-07/schema', '7'],
  ['json-schema.org/draft-06/schema', '7'],
])

export interface CompiledSchema {
  readonly check: Check
  /** What it holds in memory: subschemas plus states of patterns. */
  readonly weight: number
}

interface Compilation {
  readonly root: Json
  readonly draft: Source['draft']
  readonly slots: Map<JsonObject, Slot>
  readonly queue: { readonly schema: JsonObject; readonly slot: Slot }[]
  readonly anchors: Map<string, Slot>
  readonly wanted: Map<string, Slot>
  patternStates: number
  /** Whether any subschema asks what others have seen. */
  tracks: boolean
}

/**
 * Compiles a schema that nobody vouches for to closures: no code is generated, nothing is fetched,
 * and size, depth, subschemas and patterns are bounded. JSON Schema 2020-12, or draft-07 where
 * `$schema` says so; `format` is an annotation.
 *
 * @throws GatewayError `definition_unsupported` for what cannot be evaluated exactly and safely:
 *   references to other documents, dynamic references, nested `$id`, malformed keywords, patterns
 *   that need backtracking.
 */
export function compileSchema(root: Json): CompiledSchema {
  const { size, depth } = weigh(root)
  if (size > MAX_SIZE) throw unsupported('is too large')
  if (depth > MAX_DEPTH) throw unsupported('is nested too deeply')
  const compilation: Compilation = {
    root,
    draft: draftOf(root),
    slots: new Map(),
    queue: [],
    anchors: new Map(),
    wanted: new Map(),
    patternStates: 0,
    tracks: false,
  }
  const slot = slotOf(compilation, root)
  for (let next = compilation.queue.pop(); next; next = compilation.queue.pop()) {
    next.slot.check = compileObject(compilation, next.schema)
  }
  for (const [name, wanted] of compilation.wanted) {
    const anchor = compilation.anchors.get(name)
    if (!anchor) throw unresolved()
    wanted.check = (value, run, seen) => anchor.check(value, run, seen)
  }
  return { check: slot.check, weight: compilation.slots.size + compilation.patternStates }
}

function draftOf(root: Json): Source['draft'] {
  const dialect = isObject(root) ? root['$schema'] : undefined
  if (dialect === undefined) return '2020-12'
  const name =
    typeof dialect === 'string' ? dialect.replace(/^https?:\/\//, '').replace(/#$/, '') : ''
  const draft = DIALECTS.get(name)
  if (!draft) throw unsupported('is written in a dialect that is not supported')
  return draft
}

const anything: Check = () => true
const nothing: Check = (_value, run) => fail(run, 'is not allowed')

function slotOf(compilation: Compilation, schema: Json | undefined): Slot {
  if (schema === true) return { check: anything }
  if (schema === false) return { check: nothing }
  if (!isObject(schema)) throw unsupported('has a subschema that is not a schema')
  const existing = compilation.slots.get(schema)
  if (existing) return existing
  if (compilation.slots.size >= MAX_SUBSCHEMAS) throw unsupported('has too many subschemas')
  const slot: Slot = { check: nothing }
  compilation.slots.set(schema, slot)
  compilation.queue.push({ schema, slot })
  return slot
}

function compileObject(compilation: Compilation, schema: JsonObject): Check {
  const source = sourceOf(compilation, schema)
  refuseDynamic(compilation, source)
  nameAnchors(compilation, source)
  const alone = compilation.draft === '7' && schema['$ref'] !== undefined
  const keywords = alone ? [reference] : KEYWORDS
  if (!alone) {
    for (const definitions of ['$defs', 'definitions']) {
      for (const [, definition] of membersOf(source, definitions)) source.slot(definition)
    }
  }
  if ('unevaluatedProperties' in schema || 'unevaluatedItems' in schema) compilation.tracks = true
  return conjunction(
    compilation,
    keywords.flatMap((keyword) => keyword(source) ?? []),
  )
}

/** All keywords of one schema object, in order. */
function conjunction(compilation: Compilation, checks: readonly Check[]): Check {
  const cost = 1 + checks.length
  return (value, run, seen) => {
    enter(run, compilation.tracks ? cost + TRACKING_COST : cost)
    const own = compilation.tracks ? nothingSeen() : undefined
    const valid = all(run, checks, (check) => check(value, run, own))
    run.depth -= 1
    if (valid && own && seen) absorb(seen, own)
    return valid
  }
}

function sourceOf(compilation: Compilation, schema: JsonObject): Source {
  return {
    schema,
    draft: compilation.draft,
    slot: (subschema) => slotOf(compilation, subschema),
    refer: (target) => refer(compilation, target),
    pattern: (expression) => {
      const { test, states } = compilePattern(expression)
      compilation.patternStates += states
      if (compilation.patternStates > MAX_PATTERN_STATES)
        throw unsupported('has too large patterns')
      return test
    },
  }
}

function refuseDynamic({ root }: Compilation, { schema }: Source): void {
  for (const keyword of ['$dynamicRef', '$recursiveRef']) {
    if (keyword in schema) throw unsupported(`uses \`${keyword}\``)
  }
  if (schema === root) return
  for (const keyword of ['$id', '$schema']) {
    if (keyword in schema) throw unsupported(`has a nested \`${keyword}\``)
  }
}

function nameAnchors({ anchors, slots }: Compilation, source: Source): void {
  if (source.draft === '7') return
  const slot = slots.get(source.schema)
  for (const keyword of ['$anchor', '$dynamicAnchor']) {
    const name = textOf(source, keyword)
    if (name === undefined || !slot) continue
    if (anchors.has(name)) throw unsupported('names two places alike')
    anchors.set(name, slot)
  }
}

/** Finds what a reference names, inside the document alone (RFC 6901, section 6). */
function refer(compilation: Compilation, target: string): Slot {
  if (!target.startsWith('#')) throw unsupported('refers to another document')
  const fragment = decoded(target.slice(1))
  if (fragment === '') return slotOf(compilation, compilation.root)
  if (!fragment.startsWith('/')) {
    const wanted = compilation.wanted.get(fragment) ?? { check: nothing }
    compilation.wanted.set(fragment, wanted)
    return wanted
  }
  let found: Json | undefined = compilation.root
  for (const step of fragment.slice(1).split('/')) {
    const key = unescapeStep(step)
    found = isObject(found) || Array.isArray(found) ? child(found, key) : undefined
    if (found === undefined) throw unresolved()
  }
  return slotOf(compilation, found)
}

function child(parent: JsonObject | readonly Json[], key: string): Json | undefined {
  if (Array.isArray(parent)) return /^(0|[1-9]\d{0,8})$/.test(key) ? parent[Number(key)] : undefined
  return Object.hasOwn(parent, key) ? (parent as JsonObject)[key] : undefined
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch (cause) {
    throw unsupported('has a malformed reference', cause)
  }
}

function unresolved(): Error {
  return unsupported('refers to a place that it does not have')
}
