import type { Action, Classification, Target, ToolEffect } from '../../kernel/access.ts'
import type { ContentDirection } from '../../kernel/content.ts'
import type { LimitScope } from '../../kernel/limits.ts'
import type { Marking, ScreenRule } from '../../kernel/screening.ts'

/** Where a screen is about something. Every member narrows. */
export interface ScreenScope extends LimitScope {
  /** All that the target does is among these, and it does something. */
  readonly effectsOnly?: readonly ToolEffect[]
  readonly trust?: readonly Classification['trust'][]
  readonly actions?: readonly Action[]
}

/** What a document says of content, and where it stands. */
export interface Screen {
  readonly name: string
  readonly direction: ContentDirection | 'both'
  /** `observe`: nothing that it says holds, but what it says of canaries. */
  readonly mode: 'enforce' | 'observe'
  readonly applies: ScreenScope
  readonly except?: ScreenScope
  /** Screens that do not hold where this one is in force. */
  readonly replaces: readonly string[]
  readonly rules: readonly ScreenRule[]
  readonly marking: Marking
  readonly file: string
  readonly line: number
}

/** What a decision and a record call a screen. */
export function screenId({ name }: Pick<Screen, 'name'>): string {
  return `screen:${name}`
}

/** What screens look at of a request. */
export interface Screening {
  readonly action: Action
  readonly target: Target
}

export function flowsIn(screen: Pick<Screen, 'direction'>, direction: ContentDirection): boolean {
  return screen.direction === 'both' || screen.direction === direction
}

/** A screen about a tool or its server is about a virtual tool that narrows it, too. */
export function isAbout({ applies, except }: Screen, screening: Screening): boolean {
  return covers(applies, screening) && !(except !== undefined && excepts(except, screening))
}

/** Of a virtual tool, all that it is must be excepted: another name must not open what is closed. */
function excepts(scope: ScreenScope, screening: Screening): boolean {
  return placesOf(screening.target).every((place) => coversPlace(scope, place, screening))
}

function covers(scope: ScreenScope, screening: Screening): boolean {
  return placesOf(screening.target).some((place) => coversPlace(scope, place, screening))
}

/** A tool by its two names, without what it is. */
export interface ScreenPlace {
  readonly kind: Target['kind']
  readonly server: string
  readonly name: string
}

export function placesOf({ kind, server, name, of }: Target): readonly ScreenPlace[] {
  const own = { kind, server, name }
  return of === undefined ? [own] : [own, { kind: 'tool', ...of }]
}

function coversPlace(
  { servers, tools, effects, effectsOnly, trust, actions }: ScreenScope,
  { kind, server, name }: ScreenPlace,
  { action, target }: Screening,
): boolean {
  const { classification } = target
  const does = classification.effects
  if (servers?.includes(server) === false) return false
  if (tools && !(kind === 'tool' && tools.includes(`${server}:${name}`))) return false
  if (actions?.includes(action) === false) return false
  if (trust?.includes(classification.trust) === false) return false
  if (effects && !does.some((one) => effects.includes(one))) return false
  return (
    effectsOnly === undefined || (does.length > 0 && does.every((one) => effectsOnly.includes(one)))
  )
}
