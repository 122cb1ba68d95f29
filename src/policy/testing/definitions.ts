import type { Classification, ToolEffect } from '../../kernel/access.ts'
import type { Json } from '../../kernel/json.ts'
import type { Definitions, ToolDefinition } from '../schema/definitions.ts'

/** What the operator says of a tool with these effects. */
export function classified(
  effects: readonly ToolEffect[],
  source: Classification['source'] = 'catalog',
): Classification {
  return {
    effects,
    reversible: true,
    risk: 'low',
    reads: [],
    trust: 'untrusted',
    source,
    confidence: source === 'catalog' ? 'stated' : 'medium',
  }
}

/** A tool `server:name`. Names of properties that end in `?` are not required. */
export function tool(
  id: string,
  properties: Readonly<Record<string, Json>> = {},
  more: { readonly effects?: readonly ToolEffect[]; readonly schema?: Json } = {},
): ToolDefinition {
  const [server = '', name = ''] = id.split(/:(.*)/s)
  const names = Object.keys(properties)
  const inputSchema = {
    type: 'object',
    properties: Object.fromEntries(
      names.map((one) => [one.replace(/\?$/, ''), properties[one] ?? null]),
    ),
    required: names.filter((one) => !one.endsWith('?')),
    additionalProperties: false,
    ...(more.schema as object | undefined),
  }
  return { server, name, inputSchema, classification: classified(more.effects ?? ['read']) }
}

export function definitionsOf(...tools: readonly ToolDefinition[]): Definitions {
  return { servers: [...new Set(tools.map(({ server }) => server))], tools, prompts: [] }
}
