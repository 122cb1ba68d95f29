import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import type { Locate, Place, PolicyProblem } from '../problem.ts'

const MOST_CHARACTERS = 1_048_576
const MOST_PROBLEMS = 20
const MOST_NODES = 50_000
const DEEPEST = 16

/** A YAML text as plain data, and where each part of it stands. */
export interface Yaml {
  /** Maps are objects without a prototype. Undefined where there are problems. */
  readonly value: unknown
  readonly problems: readonly PolicyProblem[]
  /** The place of the key at a path, of the value where there is no key, or of what is around it. */
  placeOf(path: readonly PropertyKey[]): Place
}

interface Walk {
  readonly locate: Locate
  readonly places: Map<string, number>
  readonly problems: PolicyProblem[]
  nodes: number
}

/**
 * Reads YAML 1.2 (core schema), strictly: one document, text as keys, none of them twice, no tags,
 * aliases or merge keys; size and depth are bounded. Never throws.
 */
export function readYaml(text: string, locate: Locate): Yaml {
  const walk: Walk = { locate, places: new Map(), problems: [], nodes: 0 }
  const value =
    text.length > MOST_CHARACTERS ? refuse(walk, 0, 'has more than 1 MiB') : parse(text, walk)
  return {
    value: walk.problems.length > 0 ? undefined : value,
    problems: walk.problems,
    placeOf: (path) => locate(around(walk.places, path)),
  }
}

function parse(text: string, walk: Walk): unknown {
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      strict: true,
      stringKeys: true,
      uniqueKeys: true,
      merge: false,
      prettyErrors: false,
    })
    if (document.errors.length > 0) return syntaxProblems(document.errors, walk)
    return document.contents === null ? Object.create(null) : plain(walk, document.contents, [])
  } catch {
    // The parser recurses: only nesting beyond its stack makes it throw.
    return refuse(walk, 0, 'is nested too deeply')
  }
}

/** One mistake makes a cascade of errors in the same place. */
function syntaxProblems(errors: readonly YAMLError[], walk: Walk): undefined {
  const first = new Map(errors.toReversed().map((error) => [error.pos[0], error]))
  for (const { pos, code, message } of [...first.values()].reverse().slice(0, MOST_PROBLEMS)) {
    const said = message.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase())
    refuse(walk, pos[0], WORDS[code] ?? said)
  }
}

const WORDS: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  DUPLICATE_KEY: 'a key stands twice in the same map',
  NON_STRING_KEY: 'a key is text; put it into quotes',
  MULTIPLE_DOCS: 'a file is one YAML document',
}

function plain(walk: Walk, node: unknown, path: readonly PropertyKey[]): unknown {
  const at = offsetOf(node)
  const id = idOf(path)
  if (!walk.places.has(id)) walk.places.set(id, at)
  walk.nodes += 1
  if (walk.nodes > MOST_NODES || path.length > DEEPEST) {
    return walk.problems.length > 0
      ? undefined
      : refuse(walk, at, 'is too large or nested too deeply')
  }
  if (isAlias(node)) return refuse(walk, at, 'aliases are not used here')
  if (isNode(node) && node.tag !== undefined) return refuse(walk, at, 'tags are not used here')
  if (isScalar(node)) return node.value
  if (isSeq(node)) return node.items.map((item, index) => plain(walk, item, [...path, index]))
  return isMap(node) ? plainMap(walk, node, path) : null
}

function plainMap(walk: Walk, map: YAMLMap, path: readonly PropertyKey[]): unknown {
  const members: Record<string, unknown> = Object.create(null)
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : ''
    walk.places.set(idOf([...path, name]), offsetOf(key))
    members[name] = plain(walk, value, [...path, name])
  }
  return members
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0
}

function refuse(walk: Walk, offset: number, message: string): undefined {
  walk.problems.push({ ...walk.locate(offset), message })
}

function idOf(path: readonly PropertyKey[]): string {
  return JSON.stringify(path)
}

function around(places: ReadonlyMap<string, number>, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const place = places.get(idOf(path.slice(0, length)))
    if (place !== undefined) return place
  }
  return 0
}
