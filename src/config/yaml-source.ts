import {
  type ErrorCode,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import { dotted, type Position, type Problem } from './problem.ts'

const MOST_CHARACTERS = 1_048_576
const MOST_NODES = 50_000
const MOST_ERRORS = 20
const MOST_ALIASES = 100
const DEEPEST = 32

/** A configuration file as plain data, and where each part of it stands. */
export interface YamlSource {
  /** Maps are objects without a prototype. Undefined when the text is not YAML. */
  readonly value: unknown
  readonly problems: readonly Problem[]
  /** Position of the value at a path; of the nearest thing around it when there is none. */
  valueAt(path: readonly PropertyKey[]): Position
  /** Position of the key at a path; of the nearest thing around it when there is none. */
  keyAt(path: readonly PropertyKey[]): Position
}

interface Walk {
  readonly document: ReturnType<typeof parseDocument>
  readonly place: (offset: number) => Position
  readonly problems: Problem[]
  readonly values: Map<string, Position>
  readonly keys: Map<string, Position>
  nodes: number
  aliases: number
  /** A bound was passed: what was read is not the whole. */
  flooded: boolean
}

/**
 * Reads YAML 1.2 (core schema), strictly: one document, string keys, no duplicate keys, no tags,
 * no merge keys; size, depth and the number of nodes after aliases are bounded. Never throws.
 */
export function readYaml(text: string): YamlSource {
  if (text.length > MOST_CHARACTERS) return unreadable('a configuration file has at most 1 MiB')
  const lineCounter = new LineCounter()
  const place = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  let document: Walk['document']
  try {
    document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      strict: true,
      stringKeys: true,
      uniqueKeys: true,
      merge: false,
      prettyErrors: false,
      lineCounter,
    })
  } catch {
    // The parser recurses: only nesting beyond its stack makes it throw.
    return unreadable('nested too deeply')
  }
  const problems = firstOfEachPlace(document.errors).map((error) =>
    syntaxProblem(text, error, place),
  )
  const counts = { nodes: 0, aliases: 0, flooded: false }
  const walk: Walk = { document, place, problems, values: new Map(), keys: new Map(), ...counts }
  const readable = document.errors.every(({ code }) => code === 'DUPLICATE_KEY')
  const empty = document.contents === null ? Object.create(null) : undefined
  const value = readable ? (empty ?? toPlain(walk, document.contents, [])) : undefined
  return {
    value: walk.flooded ? undefined : value,
    problems,
    valueAt: (path) => around(walk.values, path),
    keyAt: (path) => around(walk.keys, path),
  }
}

const START: Position = { line: 1, column: 1 }

function unreadable(message: string): YamlSource {
  return {
    value: undefined,
    problems: [{ path: '', message, position: START }],
    valueAt: () => START,
    keyAt: () => START,
  }
}

/** One mistake makes a cascade of errors in the same place. */
function firstOfEachPlace(errors: readonly YAMLError[]): readonly YAMLError[] {
  const places = new Set<number>()
  const first = errors.filter(({ pos: [offset] }) => !places.has(offset) && places.add(offset))
  return first.slice(0, MOST_ERRORS)
}

function syntaxProblem(text: string, error: YAMLError, place: Walk['place']): Problem {
  const [offset] = error.pos
  const position = place(offset)
  if (error.code === 'DUPLICATE_KEY') {
    const [key = 'a key'] = /^[\w-]{1,64}/.exec(text.slice(offset, offset + 64)) ?? []
    return { path: '', message: `\`${key}\` stands twice in the same map`, position }
  }
  // The parser recurses, and reports its own overflow as a syntax error.
  if (/stack/i.test(error.message)) return { path: '', message: 'nested too deeply', position }
  const message = error.message.replace(/^[A-Z](?![A-Z])/, (first) => first.toLowerCase())
  return { path: '', message: SYNTAX[error.code] ?? message, position }
}

const SYNTAX: { readonly [code in ErrorCode]?: string } = {
  NON_STRING_KEY: 'a key is text; put it into quotes',
  MULTIPLE_DOCS: 'a configuration is one YAML document',
}

function toPlain(walk: Walk, node: unknown, path: readonly PropertyKey[]): unknown {
  if (!isNode(node)) return null
  if (!walk.values.has(idOf(path))) walk.values.set(idOf(path), placeOf(walk, node))
  if (++walk.nodes > MOST_NODES) return flood(walk, node, path, 'too many values')
  if (path.length > DEEPEST) return flood(walk, node, path, 'nested too deeply')
  if (isAlias(node)) {
    // Each look-up searches the document, so their number is bounded to keep the cost linear.
    if (++walk.aliases > MOST_ALIASES) return flood(walk, node, path, 'too many aliases')
    return toPlain(walk, node.resolve(walk.document), path)
  }
  if (node.tag !== undefined) return refuse(walk, node, path, 'tags are not used here')
  if (isScalar(node)) return node.value
  if (isSeq(node)) return node.items.map((item, index) => toPlain(walk, item, [...path, index]))
  return isMap(node) ? mapToPlain(walk, node, path) : null
}

function mapToPlain(walk: Walk, map: YAMLMap, path: readonly PropertyKey[]): unknown {
  const plain: Record<string, unknown> = Object.create(null)
  for (const { key, value } of map.items) {
    if (!isScalar(key) || typeof key.value !== 'string') {
      refuse(walk, map, path, 'keys are text')
      continue
    }
    const inner = [...path, key.value]
    walk.keys.set(idOf(inner), placeOf(walk, key))
    if (key.value === '__proto__') refuse(walk, key, inner, 'not a usable name')
    else plain[key.value] = toPlain(walk, value, inner)
  }
  return plain
}

function refuse(walk: Walk, node: Node, path: readonly PropertyKey[], message: string): undefined {
  walk.problems.push({ path: dotted(path), message, position: placeOf(walk, node) })
}

/** For bounds. What lies beyond one is as a rule a flood: only the first is reported. */
function flood(walk: Walk, node: Node, path: readonly PropertyKey[], message: string): undefined {
  if (!walk.flooded) refuse(walk, node, path, message)
  walk.flooded = true
}

function placeOf(walk: Walk, node: Node): Position {
  return walk.place(node.range?.[0] ?? 0)
}

function idOf(path: readonly PropertyKey[]): string {
  return JSON.stringify(path)
}

function around(places: ReadonlyMap<string, Position>, path: readonly PropertyKey[]): Position {
  for (let length = path.length; length > 0; length--) {
    const place = places.get(idOf(path.slice(0, length)))
    if (place !== undefined) return place
  }
  return places.get('[]') ?? START
}
