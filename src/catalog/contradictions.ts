import type { ToolEffect } from '../kernel/access.ts'
import { type Override, type ToolClaims, weigh } from './classify.ts'

/** A statement about a tool that does not fit what its name and its arguments say. */
export interface Contradiction {
  readonly problem:
    | 'claims_read_only'
    | 'claims_not_destructive'
    | 'claims_closed_world'
    /** The operator's own class says less; it holds all the same. */
    | 'class_below_evidence'
  /** Effects that speak against it. */
  readonly effects: readonly ToolEffect[]
  /** Arguments that show them; none where the name alone does. */
  readonly arguments: readonly string[]
}

/**
 * Where a server's annotations (2025-11-25, schema, `ToolAnnotations`), or the operator's class, say
 * less than name and arguments do. A name without a known verb speaks against nothing.
 */
export function contradictionsOf(tool: ToolClaims, override?: Override): readonly Contradiction[] {
  const { name, counted } = weigh(tool)
  const named = name.verb === 'unknown' ? [] : name.effects
  const shown = new Set([...named, ...counted.map(({ effect }) => effect)])
  const against = (
    problem: Contradiction['problem'],
    isAgainst: (effect: ToolEffect) => boolean,
  ): readonly Contradiction[] => {
    const effects = [...shown].filter(isAgainst)
    const shows = counted.filter(({ effect }) => effects.includes(effect))
    const found = [...new Set(shows.flatMap((each) => each.arguments))]
    return effects.length === 0 ? [] : [{ problem, effects, arguments: found }]
  }
  const { readOnlyHint, destructiveHint, openWorldHint } = tool.annotations ?? {}
  return [
    // What asks outside may still change nothing there.
    ...(readOnlyHint === true
      ? against('claims_read_only', (effect) => effect !== 'read' && effect !== 'send')
      : []),
    ...(destructiveHint === false
      ? against('claims_not_destructive', (effect) => effect === 'delete')
      : []),
    ...(openWorldHint === false
      ? against('claims_closed_world', (effect) => effect === 'send')
      : []),
    ...(override
      ? against('class_below_evidence', (effect) => !override.effects.includes(effect))
      : []),
  ]
}
