import type { Entry } from '../catalog/entry.ts'
import type { Renderers } from '../catalog/virtual/filling.ts'
import {
  type VirtualServers as VirtualCatalog,
  virtualServers,
} from '../catalog/virtual/virtual-servers.ts'
import type { Origin, VirtualEntry, VirtualTool } from '../catalog/virtual/virtual-tool.ts'
import type { Config, Loaded } from '../config/config.ts'
import { ConfigError, dotted } from '../config/problem.ts'
import type { Known } from '../gateway/known.ts'
import { forwardTo, type VirtualServer, type VirtualServers } from '../gateway/virtual.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { ParamHeaders } from '../mcp/wire/param-headers.ts'
import type { Sanitize } from './pinned-lists.ts'

/**
 * The virtual servers of a configuration.
 *
 * @throws {ConfigError} with every problem, and its place in the file where it is known.
 */
export function virtualTools(
  { virtual, places }: Pick<Config, 'virtual' | 'places'>,
  renderers: Renderers,
  { path, source }: Partial<Pick<Loaded, 'path' | 'source'>> = {},
): VirtualCatalog {
  const sources = Object.fromEntries(
    Object.entries(virtual).map(([name, { instructions, tools }]) => {
      // What YAML gave is plain; that it is JSON is checked where it is read.
      const own = Object.entries(tools).map(
        ([tool, { arguments: args, with: filling, ...rest }]) => [
          tool,
          {
            ...rest,
            arguments: args as JsonObject | undefined,
            with: filling as JsonObject | undefined,
          },
        ],
      )
      return [name, { instructions, tools: Object.fromEntries(own) }]
    }),
  )
  const made = virtualServers(sources, { renderers, places })
  if ('servers' in made) return made.servers
  const problems = made.flaws.map(({ path: at, message }) => {
    const whole = ['virtual', ...at]
    const position = path === undefined ? undefined : source?.keyAt(whole)
    return { path: dotted(whole), message, position }
  })
  throw new ConfigError(problems, { file: path })
}

/** The virtual servers as the gateway asks them; a tool of a disabled server is none. */
export function virtualPort(
  servers: VirtualCatalog,
  find: (origin: Origin) => Entry | undefined,
  enabled: (server: string) => boolean,
  sanitize: Sanitize,
): VirtualServers {
  const safe = new WeakMap<JsonObject, JsonObject>()
  const shown = ({ definition }: Entry): JsonObject => {
    const form = safe.get(definition) ?? sanitize(definition)
    safe.set(definition, form)
    return form
  }
  return new Map(
    [...servers.values()].map(({ name, instructions, tools }) => {
      const usable = [...tools.values()].filter(({ of }) => enabled(of.server))
      const sources = new Map(usable.map((tool) => [tool.name, tool.of.server]))
      const server: VirtualServer = {
        name,
        instructions,
        sources: [...new Set(sources.values())],
        sourceOf: (tool) => sources.get(tool),
        definitions: () =>
          usable.flatMap((tool) => {
            const original = find(tool.of)
            return original ? [shown(tool.over(original))] : []
          }),
      }
      return [name, server]
    }),
  )
}

const NOTHING_SAID = {}

/** What the gateway knows of a virtual tool, from what it knows of the tool that it narrows. */
export function knownOfVirtual(
  { of }: VirtualTool,
  entry: VirtualEntry,
  own: Known,
  original: Known,
): Known {
  return {
    get classification() {
      return own.classification
    },
    get definition() {
      return own.definition
    },
    get paramHeaders(): ParamHeaders {
      // A tool that cannot be called cannot be called by another name.
      return original.paramHeaders.kind === 'invalid' ? original.paramHeaders : own.paramHeaders
    },
    get forwardedHeaders(): ParamHeaders {
      return original.paramHeaders
    },
    of,
    analysis: original.analysis,
    // The arguments that its server gets are those of the tool that it narrows; so is what it returns.
    get roles() {
      return own.roles ?? NOTHING_SAID
    },
    get fields() {
      return own.fields ?? NOTHING_SAID
    },
    forward(aim) {
      const args = entry.fill(aim.arguments)
      if (args !== undefined) return forwardTo(aim, of, args)
      throw new GatewayError('arguments_invalid', 'the arguments do not fit')
    },
    violations: own.violations,
    flaws: own.flaws,
  }
}
