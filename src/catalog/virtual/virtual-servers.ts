import { validatorCache } from '../validators.ts'
import type { Flaw, Renderers } from './filling.ts'
import { type VirtualTool, type VirtualToolSource, virtualTool } from './virtual-tool.ts'

/** A server that exists in the configuration alone: each of its tools narrows one of a real server. */
export interface VirtualServerSource {
  readonly instructions?: string | undefined
  readonly tools: Readonly<Record<string, VirtualToolSource>>
}

export interface VirtualServer {
  readonly name: string
  readonly instructions: string | undefined
  /** Its tools, by name, in the operator's order. */
  readonly tools: ReadonlyMap<string, VirtualTool>
}

/** All virtual servers, by name. */
export type VirtualServers = ReadonlyMap<string, VirtualServer>

export interface VirtualOptions {
  readonly renderers: Renderers
  /** Folders by name, which a path may begin with. */
  readonly places: Readonly<Record<string, string>>
  /** Subschemas and pattern states of compiled validators to hold at most. */
  readonly maxCompiled?: number
}

/** Makes the virtual servers; or says what is wrong with them, at paths `server.tools.tool…`. */
export function virtualServers(
  sources: Readonly<Record<string, VirtualServerSource>>,
  { renderers, places, maxCompiled = 50_000 }: VirtualOptions,
): { readonly servers: VirtualServers } | { readonly flaws: readonly Flaw[] } {
  const validators = validatorCache(maxCompiled)
  const flaws: Flaw[] = []
  const servers = new Map<string, VirtualServer>()
  for (const [server, source] of Object.entries(sources)) {
    const tools = new Map<string, VirtualTool>()
    for (const [name, tool] of Object.entries(source.tools)) {
      const options = { renderers, validators, places }
      const made = virtualTool(name, tool, options)
      if ('over' in made) tools.set(name, made)
      else
        for (const { path, message } of made)
          flaws.push({ path: [server, 'tools', name, ...path], message })
    }
    servers.set(server, { name: server, instructions: source.instructions, tools })
  }
  if (flaws.length > 0) return { flaws }
  return { servers }
}
