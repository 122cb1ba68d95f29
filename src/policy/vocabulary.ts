import type { Action, Classification, Target, ToolEffect } from '../kernel/access.ts'

/** The entity model that policies speak of: `docs/reference/policies.md` explains it. */
export const PRINCIPAL_TYPES: ReadonlySet<string> = new Set(['User', 'Agent'])
export const RESOURCE_TYPES: ReadonlySet<string> = new Set(['Tool', 'Resource', 'Prompt'])
export const ENTITY_TYPES: ReadonlySet<string> = new Set([
  ...PRINCIPAL_TYPES,
  ...RESOURCE_TYPES,
  'Server',
  'Action',
])

/** What each action can be done to. */
export const ACTIONS: ReadonlyMap<string, ReadonlySet<string>> = new Map<
  Action,
  ReadonlySet<string>
>([
  ['call', new Set(['Tool'])],
  ['read', new Set(['Resource'])],
  ['get', new Set(['Prompt'])],
  ['complete', new Set(['Prompt', 'Resource'])],
])

export const TYPE_OF_KIND: Readonly<Record<Target['kind'], string>> = {
  tool: 'Tool',
  resource: 'Resource',
  prompt: 'Prompt',
}

/** Members of `context` that hang on the arguments of a call, and so are unknown while listing. */
export const ARGUMENT_MEMBERS: ReadonlySet<string> = new Set(['args', 'decimals'])

const EFFECTS = ['read', 'write', 'delete', 'execute', 'send', 'pay', 'admin'] as const
const RISKS = ['low', 'medium', 'high'] as const
const SOURCES = ['catalog', 'inferred'] as const
// Each list must name every member of the kernel's union: a missing one does not compile.
EFFECTS satisfies readonly ToolEffect[]
RISKS satisfies readonly Classification['risk'][]
SOURCES satisfies readonly Classification['source'][]

/** `open` holds anything; a list of words allows only those; a record is what it says. */
export type Shape = 'open' | readonly string[] | { readonly [name: string]: Shape }

/** What can be reached from each variable. */
export const SHAPES: Readonly<Record<'principal' | 'action' | 'resource' | 'context', Shape>> = {
  principal: {},
  action: {},
  resource: {
    server: 'open',
    name: 'open',
    effects: EFFECTS,
    reversible: 'open',
    risk: RISKS,
    classified: SOURCES,
    uri: 'open',
    scheme: 'open',
  },
  context: {
    args: 'open',
    decimals: 'open',
    client: { name: 'open', version: 'open' },
    time: 'open',
    subject: { via: 'open', actors: 'open' },
  },
}
