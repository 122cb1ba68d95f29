import {
  createDefinitionAnalysis,
  type DefinitionAnalysis,
} from '../analysis/definition/definition.ts'
import type { Peer } from '../analysis/definition/peers.ts'
import { sanitizeDefinition } from '../analysis/definition/sanitize.ts'
import type { Config } from '../config/config.ts'
import { isObject } from '../kernel/json.ts'
import type { JudgeDefinition, PinDesk } from '../kernel/pins.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Sanitize } from './pinned-lists.ts'

/** Milliseconds for which the tools of all servers are taken as they were: one look judges thousands. */
const PEERS_FRESH = 1_000

/** Judges definitions beside the tools of all servers that count now. */
export function definitionJudge(pins: () => Pick<PinDesk, 'list'>, now: Clock): JudgeDefinition {
  let made: { readonly at: number; readonly analysis: Promise<DefinitionAnalysis> } | undefined
  const analysed = async (): Promise<DefinitionAnalysis> => {
    const tools = await pins().list({ kind: 'tools', status: 'approved' })
    const peers = tools.map(({ server, name, definition }): Peer => {
      const description = isObject(definition) ? definition['description'] : undefined
      return { server, name, ...(typeof description === 'string' ? { description } : {}) }
    })
    return createDefinitionAnalysis({ peers })
  }
  return async (server, { kind, name, definition }) => {
    if (made === undefined || now() - made.at > PEERS_FRESH)
      made = { at: now(), analysis: analysed() }
    const { analysis } = made
    try {
      return (await analysis).analyse({ kind, name, definition, server })
    } catch (thrown) {
      if (made?.analysis === analysis) made = undefined
      throw thrown
    }
  }
}

/** What models get of an approved definition. */
export function sanitizer({ maxText }: Config['definitions']): Sanitize {
  return (definition) => sanitizeDefinition(definition, { maxText })
}
