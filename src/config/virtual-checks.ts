import { nearest } from './nearest.ts'
import { asMap } from './plain-value.ts'
import { member } from './schema-tree.ts'

interface Finding {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Tools of all virtual servers together. */
const MAX_TOOLS = 2_000

/** What the shape of virtual servers does not show: names, and the servers that they rest on. */
export function checkVirtual(value: unknown): readonly Finding[] {
  const real = new Set(Object.keys(asMap(member(value, 'servers'))))
  const virtual = Object.entries(asMap(member(value, 'virtual')))
  const tools = virtual.flatMap(([server, own]) =>
    Object.entries(asMap(member(own, 'tools'))).map(([name, tool]) => ({
      path: ['virtual', server, 'tools', name],
      tool: asMap(tool),
    })),
  )
  const taken = virtual.flatMap(([name]) =>
    real.has(name) ? [{ path: ['virtual', name], message: 'there is a server of this name' }] : [],
  )
  const many =
    tools.length > MAX_TOOLS
      ? [{ path: ['virtual'], message: `expected at most ${MAX_TOOLS} tools` }]
      : []
  const names = new Set(virtual.map(([name]) => name))
  return [...taken, ...many, ...tools.flatMap((each) => checkTool(each, real, names))]
}

interface Tool {
  readonly path: readonly PropertyKey[]
  readonly tool: Readonly<Record<string, unknown>>
}

function checkTool(
  { path, tool }: Tool,
  real: ReadonlySet<string>,
  virtual: ReadonlySet<string>,
): readonly Finding[] {
  const { of } = tool
  const server = typeof of === 'string' ? of.slice(0, Math.max(0, of.indexOf(':'))) : ''
  const alone = ['reversible', 'risk', 'reads', 'trust'].filter(
    (key) => tool[key] !== undefined && tool['effects'] === undefined,
  )
  return [
    ...(server === '' || real.has(server) ? [] : [unknownServer(path, server, real, virtual)]),
    ...alone.map((key) => ({ path: [...path, key], message: 'say `effects` too' })),
  ]
}

function unknownServer(
  path: readonly PropertyKey[],
  server: string,
  real: ReadonlySet<string>,
  virtual: ReadonlySet<string>,
): Finding {
  const at = [...path, 'of']
  if (virtual.has(server))
    return { path: at, message: `\`${server}\` is virtual; name a tool of a real server` }
  const near = nearest(server, [...real])
  const hint = near === undefined ? '' : `; did you mean \`${near}\`?`
  return { path: at, message: `no server \`${server.slice(0, 64)}\`${hint}` }
}
