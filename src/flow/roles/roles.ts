import type { ArgumentRole, RoleHints } from '../../kernel/flow.ts'
import type { Json } from '../../kernel/json.ts'
import { unescapeStep } from '../../kernel/json-pointer.ts'
import { hintedRole } from './hints.ts'
import { inferRole } from './infer.ts'

/** The roles of a tool's arguments. */
export interface RolePlan {
  /**
   * What the value at a JSON Pointer into the arguments decides. Never throws.
   *
   * @param name the nearest member name, as in `Field`: it counts where the pointer leaves the schema
   * @param value where it is given, a form that only one role has counts too
   */
  roleAt(pointer: string, name: string, value?: Json): ArgumentRole
}

/** Places that one plan keeps; others are worked out each time. */
const MOST_KEPT = 512

const plans = new WeakMap<object, WeakMap<RoleHints, RolePlan>>()
const NO_SCHEMA = {}

/**
 * The roles of arguments: the operator's word, where there is one; else the value's form, name and schema,
 * cautiously. Made once for each schema and hints, which must not change.
 */
export function rolesOf(schema: Json | undefined, hints: RoleHints): RolePlan {
  const key = typeof schema === 'object' && schema !== null ? schema : NO_SCHEMA
  const byHints = plans.get(key) ?? new WeakMap<RoleHints, RolePlan>()
  plans.set(key, byHints)
  const plan = byHints.get(hints) ?? planOf(key, hints)
  byHints.set(hints, plan)
  return plan
}

function planOf(schema: Json, hints: RoleHints): RolePlan {
  const kept = new Map<string, (value?: Json) => ArgumentRole>()
  const made = (pointer: string, name: string): ((value?: Json) => ArgumentRole) => {
    const steps = pointer.split('/').slice(1).map(unescapeStep)
    const hinted = hintedRole(hints, steps)
    return hinted ? () => hinted : inferRole(schema, steps, name)
  }
  return {
    roleAt(pointer, name, value) {
      const key = `${name}\n${pointer}`
      const known = kept.get(key)
      const role = known ?? made(pointer, name)
      if (!known && kept.size < MOST_KEPT) kept.set(key, role)
      return role(value)
    },
  }
}
