import type { Classification } from '../../kernel/access.ts'
import type { Json } from '../../kernel/json.ts'

/** A tool as it was pinned: its server's schema, the operator's classification. */
export interface ToolDefinition {
  readonly server: string
  readonly name: string
  /** JSON Schema of the arguments; anything that is no schema says nothing of them. */
  readonly inputSchema: Json | undefined
  readonly classification: Classification
  /** The tool that a virtual tool narrows. */
  readonly of?: { readonly server: string; readonly name: string }
}

export interface PromptDefinition {
  readonly server: string
  readonly name: string
}

/** What the servers behind the gateway offer, as far as it is known. */
export interface Definitions {
  /** Names of all servers, also of those whose lists nobody has seen. */
  readonly servers: readonly string[]
  readonly tools: readonly ToolDefinition[]
  readonly prompts: readonly PromptDefinition[]
}

/** The id of a tool or a prompt in policies. */
export function idOf({ server, name }: { readonly server: string; readonly name: string }): string {
  return `${server}:${name}`
}
