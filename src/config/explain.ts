import type { Config, Loaded } from './config.ts'
import { nearest } from './nearest.ts'
import { dotted, type Position } from './problem.ts'
import {
  jsonSchema,
  knownKeys,
  member,
  nodesAt,
  type SchemaNode,
  schemasAt,
} from './schema-tree.ts'
import { typeWords } from './type-words.ts'

/** What one key of the configuration means, and what it is now. */
export interface Explanation {
  readonly path: string
  readonly description: string
  readonly type: string
  /** As one would write it. Undefined: no default, or one that is computed (the description says how). */
  readonly default: unknown
  /** The value in force: as written, or else the default. */
  readonly value: unknown
  readonly origin: Origin
  /** Keys below this one. */
  readonly keys: readonly string[]
}

/** Where a value came from. */
export type Origin =
  | ({ readonly kind: 'file'; readonly file: string } & Position)
  | { readonly kind: 'override'; readonly by: string }
  | { readonly kind: 'default' }

/** A path that the configuration does not have; `near` is the most similar one. */
export interface UnknownPath {
  readonly unknown: string
  readonly near: string | undefined
}

/**
 * Explains the key at a dotted path (`servers.github.timeout`; parts with dots in double quotes).
 * An empty path explains the whole file.
 */
export function explain(loaded: Loaded, path: string): Explanation | UnknownPath {
  const { value: written, overrides } = loaded.source
  const parts = splitPath(path)
  const root = jsonSchema()
  const wrong = parts.findIndex(
    (_, at) => nodesAt(root, parts.slice(0, at + 1), written).length === 0,
  )
  if (wrong >= 0) return unknownPath(root, parts.slice(0, wrong + 1), written)
  const [node = {}] = nodesAt(root, parts, written)
  const choices = schemasAt(root, parts, written)
  const own = parts.reduce<unknown>(member, written)
  const override = Object.hasOwn(overrides, path) ? overrides[path] : undefined
  const otherwise = node.default ?? inForce(loaded.config, parts)
  return {
    path: dotted(parts),
    description: node.description ?? choices[0]?.description ?? '',
    type: typeWords(node),
    default: node.default,
    value: override === undefined ? (own ?? otherwise) : inForce(loaded.config, parts),
    origin: originOf(loaded, parts, own, override),
    keys: knownKeys(choices),
  }
}

function unknownPath(root: SchemaNode, path: readonly string[], value: unknown): UnknownPath {
  const around = path.slice(0, -1)
  const near = nearest(String(path.at(-1)), knownKeys(schemasAt(root, around, value)))
  return { unknown: dotted(path), near: near && dotted([...around, near]) }
}

function splitPath(path: string): readonly string[] {
  const parts = path.match(/"(?:[^"\\]|\\.)*"|[^.]+/g) ?? []
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1) : part))
}

/** The default of what is computed, such as a path; nothing for what has no value. */
function inForce(config: Config, path: readonly string[]): unknown {
  return path.reduce<unknown>(member, config)
}

function originOf(
  { source, path: file }: Loaded,
  path: readonly PropertyKey[],
  written: unknown,
  override: string | undefined,
): Origin {
  if (override !== undefined) return { kind: 'override', by: override }
  if (written === undefined || file === undefined) return { kind: 'default' }
  return { kind: 'file', file, ...source.keyAt(path) }
}
