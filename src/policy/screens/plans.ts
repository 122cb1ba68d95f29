import type { ContentDirection } from '../../kernel/content.ts'
import type { Marking, ScreenPlan, ScreenRule } from '../../kernel/screening.ts'
import {
  flowsIn,
  isAbout,
  placesOf,
  type Screen,
  type Screening,
  type ScreenScope,
} from './screen.ts'

/** The plans of a policy set: for a request, whatever it holds. */
export interface Plans {
  readonly inForce: (screening: Screening, direction: ContentDirection) => ScreenPlan
  /** What screens that only observe would do. */
  readonly observed: (screening: Screening, direction: ContentDirection) => ScreenPlan
}

const MARKINGS: readonly Marking[] = ['none', 'meta', 'text']
const EVERYWHERE = 'all'

/**
 * Makes plans of screens. Screens are filed under the tools, or else the servers, that they name: what is
 * about other tools costs nothing. Rules stand in the order of the screens' names.
 */
export function plansOf(screens: readonly Screen[]): Plans {
  const filed = file(withoutReplaced(screens))
  return {
    inForce: (screening, direction) => {
      const about = aboutOf(filed, screening, direction)
      const markings = about.filter(enforces).map(({ marking }) => MARKINGS.indexOf(marking))
      return {
        rules: about.flatMap((screen) => (enforces(screen) ? screen.rules : softened(screen))),
        marking: direction === 'outbound' ? 'none' : (MARKINGS[Math.max(0, ...markings)] ?? 'text'),
      }
    },
    observed: (screening, direction) => {
      const about = aboutOf(filed, screening, direction).filter((screen) => !enforces(screen))
      return { rules: about.flatMap(({ rules }) => rules), marking: 'none' }
    },
  }
}

/** Screens that no other replaces. One that only observes replaces nothing. */
export function withoutReplaced(screens: readonly Screen[]): readonly Screen[] {
  const replaced = new Set(
    screens
      .filter(enforces)
      .flatMap(({ name, replaces }) => replaces.filter((one) => one !== name)),
  )
  return screens.filter(({ name }) => !replaced.has(name))
}

function enforces({ mode }: Screen): boolean {
  return mode === 'enforce'
}

/** Nobody has a reason to use a canary: what is said of them holds while everything else is only observed. */
function softened({ rules }: Screen): readonly ScreenRule[] {
  return rules.map(({ lift: _, ...rule }) =>
    rule.category === 'canary' ? rule : { ...rule, action: 'allow', stop: false },
  )
}

type Filed = ReadonlyMap<string, readonly { readonly screen: Screen; readonly order: number }[]>

function file(screens: readonly Screen[]): Filed {
  const filed = new Map<string, { readonly screen: Screen; readonly order: number }[]>()
  for (const [order, screen] of screens.entries()) {
    for (const label of labelsOf(screen.applies)) {
      const there = filed.get(label)
      if (there === undefined) filed.set(label, [{ screen, order }])
      else there.push({ screen, order })
    }
  }
  return filed
}

function labelsOf({ servers, tools }: ScreenScope): readonly string[] {
  if (tools !== undefined) return [...new Set(tools)].map((tool) => `tool ${tool}`)
  if (servers !== undefined) return [...new Set(servers)].map((server) => `server ${server}`)
  return [EVERYWHERE]
}

function aboutOf(
  filed: Filed,
  screening: Screening,
  direction: ContentDirection,
): readonly Screen[] {
  const labels = placesOf(screening.target).flatMap(({ server, name }) => [
    `server ${server}`,
    `tool ${server}:${name}`,
  ])
  const found = new Map<number, Screen>()
  for (const label of [EVERYWHERE, ...labels]) {
    for (const { screen, order } of filed.get(label) ?? []) {
      if (flowsIn(screen, direction) && isAbout(screen, screening)) found.set(order, screen)
    }
  }
  return [...found].sort(([left], [right]) => left - right).map(([, screen]) => screen)
}
