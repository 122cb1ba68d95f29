import { ACCESS_LEVELS, type AccessLevel, OFFLINE_ACCESS } from '../../kernel/scope.ts'
import type { Interaction, ScopedTool } from '../parts.ts'
import type { Form } from './form.ts'

/** A level of access that was asked for. */
export interface LevelOffer {
  readonly level: AccessLevel
  readonly isNew: boolean
  /** Tools that it opens and the levels below it do not. */
  readonly tools: readonly ScopedTool[]
}

/** A single thing that was asked for. */
export interface SingleOffer {
  /** Name of its box in the form. */
  readonly box: string
  readonly scope: string
  readonly isNew: boolean
  readonly what:
    | { readonly kind: 'tool'; readonly tool: ScopedTool }
    | { readonly kind: 'prompts' | 'resources'; readonly server: string }
}

/** What a person is asked to allow. */
export interface Offer {
  /** Lowest first; each includes those before it. */
  readonly levels: readonly LevelOffer[]
  readonly singles: readonly SingleOffer[]
  /** Access that goes on without the person. */
  readonly offline: { readonly isNew: boolean } | undefined
  /** Scopes that mean nothing here. They are never given. */
  readonly unknown: readonly string[]
  /** Whether the person allowed this client a part of it before, and not all. */
  readonly stepUp: boolean
}

/** Values of the form's choice of a level. */
export const NO_LEVEL = 'none'
export const OFFLINE_BOX = 'offline'

/** Reads what is asked for. */
export function offerOf({ scopes, known, resource }: Interaction): Offer {
  const asked = [...new Set(scopes)]
  const isNew = (scope: string): boolean => !known.includes(scope)
  const levels = ACCESS_LEVELS.filter((level) => asked.includes(level)).map((level, i, all) => ({
    level,
    isNew: isNew(level),
    tools: resource.tools.filter((tool) => opens(level, tool) && !opens(all[i - 1], tool)),
  }))
  const rest = asked.filter((scope) => !isLevel(scope) && scope !== OFFLINE_ACCESS)
  const singles = rest.flatMap((scope, i) => {
    const what = singleOf(scope, resource)
    return what === undefined ? [] : [{ box: `single-${i}`, scope, isNew: isNew(scope), what }]
  })
  return {
    levels,
    singles,
    offline: asked.includes(OFFLINE_ACCESS) ? { isNew: isNew(OFFLINE_ACCESS) } : undefined,
    unknown: rest.filter((scope) => singles.every((one) => one.scope !== scope)),
    stepUp: asked.some(isNew) && !asked.every(isNew),
  }
}

/**
 * The scopes that a person chose of an offer, never one that was not asked for. Undefined when nothing
 * would be allowed, or the answer is none to this offer.
 */
export function chosenScopes(
  { levels, singles, offline }: Offer,
  form: Form,
): readonly string[] | undefined {
  const upTo = levels.findIndex(({ level }) => level === form.get('level'))
  if (levels.length > 0 && upTo < 0 && form.get('level') !== NO_LEVEL) return undefined
  const access = [
    ...levels.slice(0, upTo + 1).map(({ level }) => level),
    ...singles.filter(({ box }) => form.get(box) === 'on').map(({ scope }) => scope),
  ]
  if (access.length === 0) return undefined
  return offline !== undefined && form.get(OFFLINE_BOX) === 'on'
    ? [...access, OFFLINE_ACCESS]
    : access
}

function opens(level: AccessLevel | undefined, tool: ScopedTool): boolean {
  return level !== undefined && ACCESS_LEVELS.indexOf(level) >= ACCESS_LEVELS.indexOf(tool.level)
}

function isLevel(scope: string): boolean {
  return (ACCESS_LEVELS as readonly string[]).includes(scope)
}

function singleOf(
  scope: string,
  { path, tools }: Interaction['resource'],
): SingleOffer['what'] | undefined {
  const tool = tools.find((one) => one.scope === scope)
  if (tool !== undefined) return { kind: 'tool', tool }
  const [, server, kind] = /^([a-z0-9][a-z0-9-]*)\/(prompts|resources)$/.exec(scope) ?? []
  if (server === undefined || (kind !== 'prompts' && kind !== 'resources')) return undefined
  return path === '/mcp' || path === `/mcp/${server}` ? { kind, server } : undefined
}
