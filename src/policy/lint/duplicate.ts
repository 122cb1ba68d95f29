import { printRule } from '../language/print.ts'
import type { LintRule } from './finding.ts'

export const duplicate: LintRule = {
  id: 'duplicate',
  severity: 'warning',
  about: 'a policy that says the same as another one, which will be changed in one place only',
  fix: 'keep one of them',
  check: ({ set }) => {
    const groups = Map.groupBy(set.policies, ({ rule, mode }) => `${mode} ${printRule(rule)}`)
    return [...groups.values()].flatMap(([first, ...others]) =>
      others.map((policy) => ({ policy, message: `says the same as \`${first?.id}\`` })),
    )
  },
}
