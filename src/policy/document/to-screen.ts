import type { Lift } from '../../kernel/access.ts'
import { CONTENT_CATEGORIES, type ContentCategory } from '../../kernel/content.ts'
import type { ScreenRule } from '../../kernel/screening.ts'
import { contradictionsOf, lifting } from '../lift.ts'
import { didYouMean } from '../nearest.ts'
import type { Screen, ScreenScope } from '../screens/screen.ts'
import type { Finding } from './findings.ts'
import type { Made } from './read-document.ts'
import type { WrittenScreen } from './screen-schema.ts'

/** Types of findings that there are. Categories that are left out may have any. */
export type KnownTypes = Readonly<Partial<Record<ContentCategory, readonly string[]>>>

/** A screen without its place. */
export type PlacelessScreen = Omit<Screen, 'file' | 'line'>

/** Makes the screen that somebody wrote, or says what does not go together in it. */
export function toScreen(
  name: string,
  written: WrittenScreen,
  known: KnownTypes,
): Made<PlacelessScreen> {
  const lift = liftOf(written)
  const rules = CONTENT_CATEGORIES.flatMap((category) =>
    blocksOf(written, category).map((block) => ruleOf(name, category, block, lift)),
  )
  const findings = [
    ...emptiness(written, rules),
    ...liftProblems(written, rules, lift),
    ...unknownTypes(written, known),
    ...(written.replaces?.includes(name)
      ? [{ path: ['replaces'], message: 'a screen does not replace itself' }]
      : []),
  ]
  if (findings.length > 0) return { findings }
  const { direction, mode, for: applies, except, replaces = [], marking } = written
  return {
    item: {
      name,
      direction,
      mode,
      applies: present(applies),
      ...(except === undefined ? {} : { except: present(except) }),
      replaces: replaces.toSorted(),
      rules,
      marking,
    },
  }
}

type Block = Extract<WrittenScreen[ContentCategory], { readonly certainty: unknown }>

function blocksOf(written: WrittenScreen, category: ContentCategory): readonly Block[] {
  const entry = written[category]
  if (entry === undefined) return []
  if (typeof entry === 'string') {
    return [{ action: entry, certainty: 'likely', alert: false, stop: false }]
  }
  return Array.isArray(entry) ? entry : [entry]
}

function ruleOf(
  screen: string,
  category: ContentCategory,
  { action, types, certainty, alert, stop }: Block,
  lift: Lift | undefined,
): ScreenRule {
  return {
    screen,
    category,
    ...(types === undefined ? {} : { types: [...new Set(types)].sort() }),
    ...{ certainty, action, alert, stop },
    ...(action === 'withhold' && lift !== undefined ? { lift } : {}),
  }
}

function liftOf({ approvers, quorum, assurance, maxAge }: WrittenScreen): Lift | undefined {
  if (approvers === undefined) return undefined
  return lifting({ approvers, quorum, assurance, maxAge })
}

function emptiness(
  { marking, replaces, direction }: WrittenScreen,
  rules: readonly ScreenRule[],
): readonly Finding[] {
  if (marking !== 'none' && direction === 'outbound') {
    return [{ path: ['marking'], message: 'only what servers send is marked' }]
  }
  if (rules.length > 0 || marking !== 'none' || replaces !== undefined) return []
  const list = CONTENT_CATEGORIES.map((one) => `\`${one}\``).join(', ')
  return [{ path: [], message: `says nothing: needs one of ${list}, or \`marking\`` }]
}

const ABOUT_LIFT = ['quorum', 'assurance', 'maxAge'] as const

function liftProblems(
  written: WrittenScreen,
  rules: readonly ScreenRule[],
  lift: Lift | undefined,
): readonly Finding[] {
  if (lift === undefined) {
    return ABOUT_LIFT.filter((key) => written[key] !== undefined).map((key) => ({
      path: [key],
      message: 'needs `approvers` beside it',
    }))
  }
  if (!rules.some(({ action }) => action === 'withhold')) {
    return [{ path: ['approvers'], message: 'goes with `withhold` only' }]
  }
  return contradictionsOf(lift).map(({ token, message }) => ({
    path: [token.replace('@', '')],
    message: message.replaceAll(/@(\w+)\("(\w+)"\)/g, '$1: $2').replaceAll('`@', '`'),
  }))
}

function unknownTypes(written: WrittenScreen, known: KnownTypes): readonly Finding[] {
  return CONTENT_CATEGORIES.flatMap((category) => {
    const types = known[category]
    if (types === undefined) return []
    const all = new Set(types)
    return blocksOf(written, category).flatMap((block, at) =>
      (block.types ?? []).flatMap((type, index) => {
        if (all.has(type)) return []
        const message = `nothing of the type \`${type}\` is ever found${didYouMean(type, types)}`
        const place = Array.isArray(written[category]) ? [category, at] : [category]
        return [{ path: [...place, 'types', index], message }]
      }),
    )
  })
}

function present(scope: WrittenScreen['for']): ScreenScope {
  const said = Object.entries(scope).filter(([, value]) => value !== undefined)
  return Object.fromEntries(said) as ScreenScope
}
