import type { ScreenAction, ScreenRule } from '../../kernel/screening.ts'
import type { Screen, ScreenScope } from '../screens/screen.ts'

/** A screen with a small mistake; undefined: it is gone. */
export interface ScreenMutant {
  readonly kind: 'removed' | 'changed' | 'lift dropped' | 'condition dropped'
  readonly text?: string
  readonly screen: Screen | undefined
}

/** Every small mistake that a screen could have. */
export function* screenMutants(screen: Screen): Generator<ScreenMutant> {
  yield { kind: 'removed', screen: undefined }
  for (const [index, rule] of screen.rules.entries()) {
    for (const { rule: instead, ...what } of ruleMutants(rule)) {
      const rules = screen.rules.toSpliced(index, 1, ...(instead ? [instead] : []))
      yield { ...what, screen: { ...screen, rules } }
    }
  }
  for (const { scope, text } of narrower(screen.applies)) {
    yield { kind: 'condition dropped', text: `for ${text}`, screen: { ...screen, applies: scope } }
  }
  yield* exceptionMutants(screen)
  if (screen.direction !== 'both') {
    const changed: Screen = { ...screen, direction: 'both' }
    yield { kind: 'condition dropped', text: `direction ${screen.direction}`, screen: changed }
  }
  if (screen.marking !== 'none') {
    const text = `marking ${screen.marking}`
    yield { kind: 'changed', text, screen: { ...screen, marking: 'none' } }
  }
}

function* exceptionMutants(screen: Screen): Generator<ScreenMutant> {
  const { except, ...everywhere } = screen
  if (except === undefined) return
  yield { kind: 'condition dropped', text: 'except', screen: everywhere }
  for (const { scope, text } of narrower(except)) {
    // Without its last condition it excepts everything, which is another mistake.
    const kind = 'condition dropped'
    yield { kind, text: `except ${text}`, screen: { ...screen, except: scope } }
  }
}

/** What nobody may release is blocked anyway, so what is blocked is not only withheld. */
const MILDER: Readonly<Partial<Record<ScreenAction, ScreenAction>>> = {
  mark: 'allow',
  redact: 'mark',
  withhold: 'redact',
  block: 'redact',
}

interface RuleMutant {
  readonly kind: ScreenMutant['kind']
  readonly text: string
  readonly rule: ScreenRule | undefined
}

function* ruleMutants(rule: ScreenRule): Generator<RuleMutant> {
  const { category, action, types, certainty, alert, stop, lift } = rule
  const name = [category, ...(types ?? [])].join(' ')
  yield { kind: 'condition dropped', text: name, rule: undefined }
  const milder = MILDER[action]
  if (milder !== undefined) {
    const { lift: _, ...others } = rule
    yield { kind: 'changed', text: `${name}: ${action}`, rule: { ...others, action: milder } }
  }
  if (alert) yield { kind: 'changed', text: `${name}: alert`, rule: { ...rule, alert: false } }
  if (stop) yield { kind: 'changed', text: `${name}: stop`, rule: { ...rule, stop: false } }
  if (lift !== undefined) {
    const { lift: _, ...others } = rule
    yield { kind: 'lift dropped', text: name, rule: others }
  }
  if (types !== undefined) {
    const { types: _, ...others } = rule
    yield { kind: 'condition dropped', text: `${name}: types`, rule: others }
  }
  if (certainty !== 'hint') {
    const text = `${name}: certainty ${certainty}`
    yield { kind: 'condition dropped', text, rule: { ...rule, certainty: 'hint' } }
  }
}

function* narrower(
  scope: ScreenScope,
): Generator<{ readonly scope: ScreenScope; readonly text: string }> {
  for (const name of Object.keys(scope)) {
    const others = Object.entries(scope).filter(([other]) => other !== name)
    yield { scope: Object.fromEntries(others), text: name }
  }
}
