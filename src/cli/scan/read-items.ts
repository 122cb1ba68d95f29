import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { PinKind } from '../../kernel/pins.ts'

/** A definition that is analysed, and where it comes from. */
export interface ScannedItem {
  readonly server: string
  readonly kind: PinKind
  /** Empty where there is only one. */
  readonly name: string
  readonly definition: Json
  /** The file that it was read from, as it was named. */
  readonly file?: string
}

type Whole = Omit<ScannedItem, 'server' | 'file'>

const KEYS = {
  tools: 'name',
  prompts: 'name',
  resources: 'uri',
  resourceTemplates: 'uriTemplate',
} as const
const KINDS = Object.keys(KEYS) as (keyof typeof KEYS)[]
/** Captures wrap lists in messages, and messages in what recorded them. */
const MAX_DEPTH = 12

/**
 * Everything of a server that a model can see, wherever it stands in a JSON value: a result of `tools/list`, a
 * list of tools, one tool, messages, what recorded them. Nothing is found in what is none of these.
 */
export function itemsIn(value: Json, depth = 0): readonly Whole[] {
  if (depth > MAX_DEPTH) return []
  if (Array.isArray(value))
    return value.flatMap((one, index) =>
      isTool(one) ? [itemOf('tools', one, index)] : itemsIn(one, depth + 1),
    )
  if (!isObject(value)) return []
  if (depth === 0 && isTool(value)) return [itemOf('tools', value, 0)]
  return Object.entries(value).flatMap(([member, inner]) => ofMember(member, inner ?? null, depth))
}

function ofMember(member: string, value: Json, depth: number): readonly Whole[] {
  const kind = KINDS.find((one) => one === member)
  if (kind !== undefined && Array.isArray(value))
    return value.map((one, index) => itemOf(kind, one, index))
  if (member === 'instructions' && typeof value === 'string')
    return [{ kind: 'instructions', name: '', definition: value }]
  if (member.endsWith('serverInfo') && isObject(value))
    return [{ kind: 'serverInfo', name: '', definition: value }]
  return itemsIn(value, depth + 1)
}

function isTool(value: Json): value is JsonObject {
  if (!isObject(value) || typeof value['name'] !== 'string') return false
  return isObject(value['inputSchema']) || typeof value['description'] === 'string'
}

function itemOf(kind: keyof typeof KEYS, definition: Json, index: number): Whole {
  const name = isObject(definition) ? definition[KEYS[kind]] : undefined
  return { kind, name: typeof name === 'string' ? name : `#${index}`, definition }
}
