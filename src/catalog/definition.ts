import { isObject, type Json, type JsonObject } from '../kernel/json.ts'

/** What a server can list. The names are those of the list results. */
export type ItemKind = 'tools' | 'prompts' | 'resources' | 'resourceTemplates'

/** Why an item of a list is left out. */
export type Problem =
  | 'not_an_object'
  | 'illegal_name'
  | 'duplicate_name'
  | 'schema_not_an_object'
  | 'too_large'
  | 'no_room'

/** An item that is neither listed nor callable, and why. */
export interface Finding {
  readonly server: string
  readonly kind: ItemKind
  /** The item's name, shortened and quoted as JSON; its position where it has none. */
  readonly item: string
  readonly problem: Problem
}

/** One listed item, exactly as the server gave it, with its key within the list. */
export interface Definition {
  /** The name of a tool or prompt, the URI of a resource, the URI template of a template. */
  readonly name: string
  readonly json: JsonObject
  /** Characters of its JSON text. */
  readonly size: number
}

const KEY: Readonly<Record<ItemKind, string>> = {
  tools: 'name',
  prompts: 'name',
  resources: 'uri',
  resourceTemplates: 'uriTemplate',
}

/** 2025-11-25, server/tools, "Tool Names". */
const TOOL_NAME = /^[A-Za-z0-9_.-]{1,128}$/
/** Names of other kinds are free, but printable: no control or format characters, no lone surrogate. */
const OTHER_NAME = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,2048}$/u
const MAX_SIZE = 1024 * 1024

/** What a page of a list holds. */
export interface Page {
  readonly definitions: readonly Definition[]
  readonly findings: readonly Finding[]
  /** Names that this page spoils: what was known by them is no longer known. */
  readonly refused: readonly string[]
}

/**
 * Reads one page of a list. An item that cannot be told apart or used safely is left out: when two
 * share a name, both are, for nobody knows which one is meant.
 */
export function readDefinitions(server: string, kind: ItemKind, items: readonly Json[]): Page {
  const byName = Map.groupBy(items.entries(), ([position, item]) => {
    const name = isObject(item) ? item[KEY[kind]] : undefined
    return typeof name === 'string' ? name : position
  })
  const definitions: Definition[] = []
  const findings: Finding[] = []
  const refused: string[] = []
  for (const [name, [first, ...others]] of byName) {
    const read = others.length > 0 ? 'duplicate_name' : readDefinition(kind, first?.[1] ?? null)
    if (typeof read === 'object') {
      definitions.push(read)
      continue
    }
    const item = typeof name === 'string' ? quoted(name) : `#${name}`
    findings.push({ server, kind, item, problem: read })
    if (typeof name === 'string') refused.push(name)
  }
  return { definitions, findings, refused }
}

function readDefinition(kind: ItemKind, item: Json): Definition | Problem {
  if (!isObject(item)) return 'not_an_object'
  const name = item[KEY[kind]]
  const legal = kind === 'tools' ? TOOL_NAME : OTHER_NAME
  if (typeof name !== 'string' || !legal.test(name)) return 'illegal_name'
  if (kind === 'tools') {
    const { inputSchema, outputSchema } = item
    if (!isObject(inputSchema) || !isObject(outputSchema ?? {})) return 'schema_not_an_object'
  }
  const size = JSON.stringify(item).length
  return size > MAX_SIZE ? 'too_large' : { name, json: item, size }
}

/** A name in a form that is safe to print. */
export function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 100)).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}
