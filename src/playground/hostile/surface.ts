import type { Json, JsonObject } from '../../kernel/json.ts'

/** What a hostile server shows of itself at one moment. */
export interface Surface {
  readonly tools: readonly JsonObject[]
  readonly prompts?: readonly JsonObject[]
  readonly resources?: readonly JsonObject[]
  readonly instructions?: string
}

/** What a hostile server knows of its own past. */
export interface Past {
  /** How often it was started, this time included. */
  readonly starts: number
  /** Calls since it was started. */
  readonly calls: number
}

/** One demonstration. */
export interface Trick {
  /** One sentence: what it tries. */
  readonly about: string
  /** Texts that no model may ever get. */
  readonly poison: readonly string[]
  readonly shows: (past: Past) => Surface
  /** Says so when what it shows has changed after a call. */
  readonly announces?: boolean
  /** What a call gets; a plain answer without it. */
  readonly answers?: (tool: string) => JsonObject
}

/** A tool as a server lists it. */
export function tool(
  name: string,
  description: string,
  properties: Readonly<Record<string, Json>> = {},
  more: JsonObject = {},
): JsonObject {
  return { name, description, inputSchema: { type: 'object', properties }, ...more }
}

/** The result of a call that says one thing. */
export function says(text: string): JsonObject {
  return { content: [{ type: 'text', text }] }
}
