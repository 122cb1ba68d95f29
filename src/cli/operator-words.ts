import type { Override } from '../catalog/classify.ts'
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

/** What people said of a tool while the gateway ran; it beats the configuration. */
export type StatedClasses = (server: string, tool: string) => Override | undefined

/** What people say of a tool's arguments, and of who writes what it returns. */
export interface Hints {
  readonly roles: RoleHints
  readonly fields: FieldHints
}

const NO_HINTS: Hints = { roles: {}, fields: {} }

/** What counts: what was stated in the console, or what is written. */
export function hintsOf(
  servers: Readonly<Record<string, ServerConfig>>,
  stated: StatedClasses,
  server: string,
  name: string,
): Hints {
  const written = writtenOf(servers, server, name)
  const now = stated(server, name)
  return {
    roles: now?.roles ?? (written ? rolesSaid(written) : NO_HINTS.roles),
    fields: now?.fields ?? written?.returns.fields ?? NO_HINTS.fields,
  }
}

/** The arguments whose kind it says. */
export function kindsOf(said: Arguments = {}): Readonly<Record<string, ArgumentHint>> {
  return mapped(said, ({ kind, dialect, currency }) => kind && { kind, dialect, currency })
}

/** The arguments whose role it says. Made once for each tool: the same object stands for the same roles. */
const rolesSaid = onceFor(
  (tool: ToolConfig): RoleHints => mapped(tool.arguments, ({ role }) => role),
)

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
