import {
  createDefinitionAnalysis,
  type DefinitionAnalysis,
} from '../analysis/definition/definition.ts'
import type { Peer } from '../analysis/definition/peers.ts'
import { sanitizeDefinition } from '../analysis/definition/sanitize.ts'
import { verdictOf } from '../analysis/definition/verdict.ts'
import type { Findings } from '../catalog/findings/finding-desk.ts'
import type { Pins } from '../catalog/pins/pin-book.ts'
import type { Config } from '../config/config.ts'
import { isObject } from '../kernel/json.ts'
import type { JudgeDefinition } from '../kernel/pins.ts'
import type { Sanitize } from './pinned-lists.ts'

/**
 * Judges definitions beside the tools of all servers that count now. These are looked at once until
 * others count: one look at a server judges thousands. Findings that somebody accepted are findings, but
 * poison no verdict.
 */
export function definitionJudge(
  pins: () => Pick<Pins, 'list' | 'onChange'>,
  { counting }: Pick<Findings, 'counting'>,
): JudgeDefinition {
  let made: Promise<DefinitionAnalysis> | undefined
  let listening = false
  const analysed = async (): Promise<DefinitionAnalysis> => {
    const tools = await pins().list({ kind: 'tools', status: 'approved' })
    const peers = tools.map(({ server, name, definition }): Peer => {
      const description = isObject(definition) ? definition['description'] : undefined
      return { server, name, ...(typeof description === 'string' ? { description } : {}) }
    })
    return createDefinitionAnalysis({ peers })
  }
  const forget = (): void => {
    made = undefined
  }
  return async (server, { kind, name, definition }) => {
    if (!listening) pins().onChange(forget)
    listening = true
    made ??= analysed()
    const now = made
    try {
      const item = { server, kind, name, definition }
      const judged = (await now).analyse(item)
      if (judged.verdict !== 'poisoned') return judged
      return { ...judged, verdict: verdictOf(await counting(item, judged.findings)) }
    } catch (thrown) {
      if (made === now) forget()
      throw thrown
    }
  }
}

/** What models get of an approved definition. */
export function sanitizer({ maxText }: Config['definitions']): Sanitize {
  return (definition) => sanitizeDefinition(definition, { maxText })
}
