import { looksAtFlow } from './conditions.ts'
import type { LintRule } from './finding.ts'

/** Without a legal way forward, a model looks for another one. */
export const noRemedy: LintRule = {
  id: 'no-remedy',
  severity: 'info',
  about: 'a `forbid` without `@remedy`, which no human can lift either: there is no way forward',
  fix: 'name a way that is permitted in `@remedy("…")`',
  check: ({ set }) =>
    set.policies
      .filter(
        ({ rule, remedy, lift }) =>
          rule.effect === 'forbid' &&
          remedy === undefined &&
          lift === undefined &&
          // `flow-without-way` says it of these.
          !looksAtFlow(rule),
      )
      .map((policy) => ({ policy, message: 'forbids without naming a way forward' })),
}
