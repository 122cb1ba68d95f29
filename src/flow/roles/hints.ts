import type { ArgumentRole, RoleHints } from '../../kernel/flow.ts'
import { unescapeStep } from '../../kernel/json-pointer.ts'

/**
 * The operator's word for the value at these steps: that for the value itself or, where there is none, for
 * the nearest list or object that holds it. `*` is any step; an exact step wins over it.
 */
export function hintedRole(hints: RoleHints, steps: readonly string[]): ArgumentRole | undefined {
  let best: { readonly role: ArgumentRole; readonly weight: number } | undefined
  for (const [key, role] of Object.entries(hints)) {
    const wanted = key.startsWith('/') ? key.split('/').slice(1).map(unescapeStep) : [key]
    const fits =
      wanted.length <= steps.length && wanted.every((one, i) => one === '*' || one === steps[i])
    const weight = 2 * wanted.length - wanted.filter((one) => one === '*').length / steps.length
    if (fits && (best === undefined || weight > best.weight)) best = { role, weight }
  }
  return best?.role
}
