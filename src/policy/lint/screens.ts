import type { Action } from '../../kernel/access.ts'
import type { ContentDirection } from '../../kernel/content.ts'
import { isAtLeast } from '../../kernel/finding.ts'
import { type Marking, SCREEN_ACTIONS, type ScreenRule } from '../../kernel/screening.ts'
import type { ToolDefinition } from '../schema/definitions.ts'
import { withoutReplaced } from '../screens/plans.ts'
import { flowsIn, isAbout, type Screen, type ScreenScope } from '../screens/screen.ts'
import type { LintRule } from './finding.ts'

/** It reads as if somebody could release it. */
export const withholdBlocks: LintRule = {
  id: 'withhold-blocks',
  severity: 'warning',
  about: 'a screen that withholds and names no `approvers`: nobody may release it, so it blocks',
  fix: 'name `approvers`, or write `block`',
  check: ({ set }) =>
    set.screens.flatMap((screen) => {
      const unreleased = screen.rules.filter(
        ({ action, lift }) => action === 'withhold' && lift === undefined,
      )
      if (unreleased.length === 0) return []
      const named = [...new Set(unreleased.map(({ category }) => `\`${category}\``))].join(', ')
      return [{ screen, message: `withholds ${named}, and nobody may release it` }]
    }),
}

/** What it is about, no server offers. */
export const screenNeverApplies: LintRule = {
  id: 'screen-never-applies',
  severity: 'warning',
  about:
    'a screen that is about nothing that any server offers, or that excepts all that it is about',
  fix: 'correct what `for` and `except` name, or delete the screen',
  check: ({ set, tools }) =>
    set.screens.flatMap((screen) => {
      const message = whyNever(screen, tools)
      return message === undefined ? [] : [{ screen, message }]
    }),
}

/** What other screens do already, at least as strictly. */
export const needlessScreen: LintRule = {
  id: 'needless-screen',
  severity: 'warning',
  about:
    'a screen that changes nothing: others do all of it already, or all that it says is `allow`',
  fix: 'delete it; to make another screen milder, name it in `replaces`',
  check: ({ set }) => {
    let needed = withoutReplaced(set.screens).filter(({ mode }) => mode === 'enforce')
    // Of two that say the same, the first is needed.
    return needed.toReversed().flatMap((screen) => {
      const others = needed.filter((one) => one !== screen)
      const message = whyNeedless(screen, others)
      if (message === undefined) return []
      needed = others
      return [{ screen, message }]
    })
  },
}

const TOOLS_ARE: readonly Action[] = ['call']

function whyNever(
  screen: Screen,
  tools: readonly ToolDefinition[] | undefined,
): string | undefined {
  const { applies, except } = screen
  if (except !== undefined && isWithin(applies, except)) return 'excepts all that it is about'
  if (applies.tools && applies.actions && !applies.actions.some((one) => TOOLS_ARE.includes(one))) {
    return 'names tools, and no `call`: nothing else is done to a tool'
  }
  const onlyTools = applies.tools !== undefined || applies.actions?.every((one) => one === 'call')
  if (tools === undefined || !onlyTools) return undefined
  return tools.some((tool) => concerns(screen, tool)) ? undefined : 'is about no tool that there is'
}

function concerns(screen: Screen, { server, name, classification, of }: ToolDefinition): boolean {
  const own = { kind: 'tool', server, name, classification } as const
  return isAbout(screen, { action: 'call', target: of === undefined ? own : { ...own, of } })
}

function whyNeedless(screen: Screen, others: readonly Screen[]): string | undefined {
  const { rules, marking, replaces } = screen
  if (replaces.length > 0) return undefined
  const says = rules.filter(({ action, alert, stop }) => action !== 'allow' || alert || stop)
  if (says.length === 0 && marking === 'none') return 'lets everything pass, and says nothing'
  const wider = others.filter((other) => isWider(other, screen))
  const does = (rule: ScreenRule) =>
    wider.some((other) => other.rules.some((one) => isAsStrict(one, rule)))
  const marks =
    marking === 'none' || wider.some((other) => rankOf(other.marking) >= rankOf(marking))
  if (!marks || !says.every(does)) return undefined
  const names = wider.map(({ name }) => `\`${name}\``).join(', ')
  return `is not needed: ${names} ${wider.length === 1 ? 'does' : 'do'} all of it`
}

const DIRECTIONS: readonly ContentDirection[] = ['inbound', 'outbound']
const MARKINGS: readonly Marking[] = ['none', 'meta', 'text']

function rankOf(marking: Marking): number {
  return MARKINGS.indexOf(marking)
}

function isWider(wide: Screen, narrow: Screen): boolean {
  return (
    DIRECTIONS.every((way) => !flowsIn(narrow, way) || flowsIn(wide, way)) &&
    isWithin(narrow.applies, wide.applies) &&
    (wide.except === undefined ||
      (narrow.except !== undefined && isWithin(wide.except, narrow.except)))
  )
}

/** Whether all that fits one scope fits the other. */
function isWithin(narrow: ScreenScope, wide: ScreenScope): boolean {
  return (Object.keys(wide) as (keyof ScreenScope)[]).every((name) => {
    const [least, most] = [narrow[name], wide[name]] as [
      readonly string[] | undefined,
      readonly string[] | undefined,
    ]
    return most === undefined || least?.every((one) => most.includes(one)) === true
  })
}

function isAsStrict(one: ScreenRule, other: ScreenRule): boolean {
  const { types } = one
  return (
    one.category === other.category &&
    (types === undefined || other.types?.every((type) => types.includes(type)) === true) &&
    isAtLeast(other.certainty, one.certainty) &&
    SCREEN_ACTIONS.indexOf(one.action) >= SCREEN_ACTIONS.indexOf(other.action) &&
    (one.alert || !other.alert) &&
    (one.stop || !other.stop) &&
    !(one.action === 'withhold' && other.action === 'withhold')
  )
}
