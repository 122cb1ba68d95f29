import { z } from 'zod'
import { configSchema } from './schema.ts'

/** The part of JSON Schema (2020-12) that the configuration's schema uses. */
export interface SchemaNode {
  readonly title?: string
  readonly description?: string
  readonly type?: string
  readonly const?: string
  readonly enum?: readonly string[]
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly additionalProperties?: SchemaNode | false
  readonly items?: SchemaNode
  readonly oneOf?: readonly SchemaNode[]
  readonly anyOf?: readonly SchemaNode[]
}

/** The JSON Schema of `bailiwick.yaml`: what may be written, before defaults. */
export function jsonSchema(): SchemaNode {
  return z.toJSONSchema(configSchema, { io: 'input' }) as SchemaNode
}

/**
 * The schemas that a path leads to; several where a choice is open. `value` is the plain
 * configuration: what it says (`transport: http`) settles choices.
 */
export function schemasAt(
  root: SchemaNode,
  path: readonly PropertyKey[],
  value: unknown,
): readonly SchemaNode[] {
  const here = path.reduce<unknown>(member, value)
  return nodesAt(root, path, value).flatMap((node) => alternatives(node, here))
}

/** As `schemasAt`, with the last choice as one node. */
export function nodesAt(
  root: SchemaNode,
  path: readonly PropertyKey[],
  value: unknown,
): readonly SchemaNode[] {
  let nodes: readonly SchemaNode[] = [root]
  let current = value
  for (const part of path) {
    const around = current
    nodes = nodes.flatMap((node) => alternatives(node, around)).flatMap((node) => step(node, part))
    current = member(current, part)
  }
  return nodes
}

/** Names that may stand in a map of one of these schemas. */
export function knownKeys(nodes: readonly SchemaNode[]): readonly string[] {
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))]
}

/** Every key of the schema with its path; the names that the user chooses appear as `<name>`. */
export function allKeys(
  node: SchemaNode,
  path: readonly string[] = [],
): readonly (readonly string[])[] {
  const inner = Object.entries(node.properties ?? {}).flatMap(([key, child]) => [
    [...path, key],
    ...allKeys(child, [...path, key]),
  ])
  const named = node.additionalProperties
    ? allKeys(node.additionalProperties, [...path, '<name>'])
    : []
  const choices = (node.oneOf ?? []).flatMap((choice) => allKeys(choice, path))
  return [...inner, ...named, ...choices]
}

function step(node: SchemaNode, part: PropertyKey): readonly SchemaNode[] {
  const { properties = {}, additionalProperties, items } = node
  const key = String(part)
  const named = Object.hasOwn(properties, key) ? properties[key] : undefined
  const next = items !== undefined && /^\d+$/.test(key) ? items : (named ?? additionalProperties)
  return next ? [next] : []
}

function alternatives(node: SchemaNode, value: unknown): readonly SchemaNode[] {
  const maps = (node.anyOf ?? []).filter(({ type }) => type === 'object')
  if (maps.length > 0 && typeof value === 'object') return maps
  if (node.oneOf === undefined) return [node]
  const chosen = node.oneOf.filter((choice) =>
    Object.entries(choice.properties ?? {}).some(
      ([key, { const: literal }]) => literal !== undefined && member(value, key) === literal,
    ),
  )
  return chosen.length > 0 ? chosen : node.oneOf
}

/** The member of a plain value, own members only. */
export function member(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Record<PropertyKey, unknown>)[key]
}
