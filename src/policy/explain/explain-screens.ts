import type { AccessRequest, Determining } from '../../kernel/access.ts'
import { screened } from '../../kernel/screening.ts'
import type { PolicySet } from '../policy.ts'
import { quoted } from '../public-text.ts'
import { withoutReplaced } from '../screens/plans.ts'
import { flowsIn, isAbout, screenId } from '../screens/screen.ts'
import type { Change, ScreenExplanation } from './explanation.ts'

/** Which screens are about what the arguments hold, each by itself. */
export function explainScreens(
  { screens }: PolicySet,
  request: AccessRequest,
  determining: ReadonlySet<string>,
): readonly ScreenExplanation[] {
  const { content = [] } = request.facts
  if (content.length === 0) return []
  const about = withoutReplaced(screens).filter(
    (screen) => flowsIn(screen, 'outbound') && isAbout(screen, request),
  )
  return about.flatMap((screen) => {
    const { rules, mode, file, line } = screen
    const { matches } = screened({ rules, marking: 'none' }, content)
    if (matches.length === 0) return []
    const findings = matches.map(({ finding, rule }) => ({ ...finding, action: rule.action }))
    const id = screenId(screen)
    return [{ screen: id, mode, file, line, determines: determining.has(id), findings }]
  })
}

/** Screens that stand in the way of a call that was denied: what they found has to go. */
export function screenChanges(
  screens: readonly ScreenExplanation[],
  determining: readonly Determining[],
): readonly Change[] {
  return screens
    .filter(({ determines }) => determines)
    .map(({ screen, findings }) => {
      const remedy = determining.find(({ policy }) => policy === screen)?.remedy
      return {
        policy: screen,
        must: 'not hold',
        clauses: [],
        byCaller: true,
        ...(remedy === undefined ? {} : { remedy }),
        because: findings
          .filter(({ action }) => action === 'block' || action === 'withhold')
          .map(({ category, type, at, action }) => {
            const place = at === '' ? 'the arguments' : quoted(at)
            return `${category} ${quoted(type)} in ${place}: ${action}`
          }),
      }
    })
}
