import type { AccessRequest, Target } from '../kernel/access.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { LimitDefinition, LimitScope } from '../kernel/limits.ts'
import { compileLimit, type Limit } from './compile.ts'

/** A tool, resource or prompt as limits see it: itself, or the tool that it narrows. */
export type Place = Pick<Target, 'kind' | 'server' | 'name'>

/** A limit that a call falls under, and the places in the call that it counts for. */
export interface Applying {
  readonly limit: Limit
  readonly places: readonly Place[]
}

/** Definitions, prepared once, found by what they apply to. */
export interface LimitIndex {
  /** Whether there is no limit that could apply by itself. */
  readonly idle: boolean
  /** The limits that apply to a target by themselves. */
  applying(target: AccessRequest['target']): readonly Applying[]
  /**
   * Adds the limits that are named; they count for every place of the target.
   *
   * @throws GatewayError `limits_unavailable` for a name that nobody defined.
   */
  withNamed(
    applying: readonly Applying[],
    named: readonly string[],
    target: AccessRequest['target'],
  ): readonly Applying[]
}

/**
 * Sorts definitions under the narrowest thing that they name, so that a call looks only at those that
 * name its tool, its server or its effects, and at those that name nothing.
 *
 * @throws GatewayError `limits_unavailable` for definitions that cannot be counted.
 */
export function limitIndex(definitions: readonly LimitDefinition[]): LimitIndex {
  const byName = new Map<string, Limit>()
  const filed = new Map<string, Limit[]>()
  for (const definition of definitions) {
    const { name, applies } = definition
    const limit = compileLimit(definition)
    if (byName.has(name))
      throw new GatewayError('limits_unavailable', `limit \`${name}\` is defined twice`)
    byName.set(name, limit)
    if (applies === undefined) continue
    for (const label of labelsOf(applies)) filed.set(label, [...(filed.get(label) ?? []), limit])
  }

  const applying = (target: Target): readonly Applying[] => {
    const { effects } = target.classification
    const found = new Map<Limit, readonly Place[]>()
    for (const place of placesOf(target))
      for (const limit of covering(filed, place, effects))
        found.set(limit, [...(found.get(limit) ?? []), place])
    return Array.from(found, ([limit, places]) => ({ limit, places }))
  }

  return {
    idle: filed.size === 0,
    applying,
    withNamed(already, named, target) {
      if (named.length === 0) return already
      const wanted = new Set(named.map((name) => requireDefined(byName, name)))
      const others = already.filter(({ limit }) => !wanted.has(limit))
      return [...others, ...Array.from(wanted, (limit) => ({ limit, places: placesOf(target) }))]
    },
  }
}

function covering(
  filed: ReadonlyMap<string, readonly Limit[]>,
  place: Place,
  effects: readonly string[],
): ReadonlySet<Limit> {
  const limits = labelsFor(place, effects).flatMap((label) => filed.get(label) ?? [])
  return new Set(limits.filter((limit) => covers(limit, place, effects)))
}

function requireDefined(byName: ReadonlyMap<string, Limit>, name: string): Limit {
  const limit = byName.get(name)
  if (limit) return limit
  throw new GatewayError('limits_unavailable', `no limit \`${name}\` is defined`)
}

/** A virtual tool counts for itself, and for the tool that it narrows. */
function placesOf({ kind, server, name, of }: Target): readonly Place[] {
  const own: Place = { kind, server, name }
  return of === undefined ? [own] : [own, { kind: 'tool', ...of }]
}

const EVERYTHING = ['all']

function labelsOf({ servers, tools, effects }: LimitScope): readonly string[] {
  if (tools !== undefined) return [...new Set(tools)].map((tool) => `tool ${tool}`)
  if (servers !== undefined) return [...new Set(servers)].map((server) => `server ${server}`)
  if (effects !== undefined) return [...new Set(effects)].map((effect) => `effect ${effect}`)
  return EVERYTHING
}

function labelsFor({ kind, server, name }: Place, effects: readonly string[]): readonly string[] {
  const tool = kind === 'tool' ? [`tool ${server}:${name}`] : []
  const others = effects.map((effect) => `effect ${effect}`)
  return [...EVERYTHING, `server ${server}`, ...tool, ...others]
}

function covers(
  { definition: { applies } }: Limit,
  { kind, server, name }: Place,
  effects: readonly string[],
): boolean {
  if (applies?.servers?.includes(server) === false) return false
  if (applies?.tools && !(kind === 'tool' && applies.tools.includes(`${server}:${name}`)))
    return false
  return applies?.effects === undefined || effects.some((one) => applies.effects?.includes(one))
}
