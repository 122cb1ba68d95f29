import type { ServerConfig } from '../config/config.ts'
import type { ArgumentHint } from '../kernel/facts.ts'
import type { FieldHints, RoleHints } from '../kernel/flow.ts'

type ToolConfig = ServerConfig['tools'][string]
type Arguments = ToolConfig['arguments']

/** What the configuration says of a tool. */
export function writtenOf(
  servers: Readonly<Record<string, ServerConfig>>,
  server: string,
  tool: string,
): ToolConfig | undefined {
  const tools = Object.hasOwn(servers, server) ? servers[server]?.tools : undefined
  return tools && Object.hasOwn(tools, tool) ? tools[tool] : undefined
}

/** The arguments whose kind it says. */
export function kindsOf(said: Arguments = {}): Readonly<Record<string, ArgumentHint>> {
  return mapped(said, ({ kind, dialect, currency }) => kind && { kind, dialect, currency })
}

/** The arguments whose role it says. Made once for each tool: the same object stands for the same roles. */
export const rolesSaid = onceFor(
  (tool: ToolConfig): RoleHints => mapped(tool.arguments, ({ role }) => role),
)

/** What it says of who writes which field. */
export function fieldsSaid(tool: ToolConfig): FieldHints {
  return tool.returns.fields
}

function mapped<In, Out>(
  record: Readonly<Record<string, In>>,
  map: (value: In) => Out | undefined,
): Readonly<Record<string, Out>> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => {
      const found = map(value)
      return found === undefined ? [] : [[name, found] as const]
    }),
  )
}

function onceFor<In extends object, Out>(make: (one: In) => Out): (one: In) => Out {
  const made = new WeakMap<In, Out>()
  return (one) => {
    const known = made.get(one)
    if (known !== undefined) return known
    const value = make(one)
    made.set(one, value)
    return value
  }
}
