import type { Environment } from './environment.ts'
import type { Constraint, Rule } from './read-policy.ts'
import type { Entity } from './value.ts'

/** Finds the policies whose scope may match a request, in time that no other policy adds to. */
export type Slices<Policy> = (environment: Environment) => readonly Policy[]

type Index<Policy> = Map<string, Map<string, Map<string, Policy[]>>>

const EVERYTHING = '*'

/**
 * Indexes policies by scope: action, then principal, then resource, each by the entity that it is
 * or lies in, by its type, or open. What is found is a superset of what matches, each once.
 */
export function slices<Policy extends { readonly rule: Rule }>(
  policies: readonly Policy[],
): Slices<Policy> {
  const index: Index<Policy> = new Map()
  for (const policy of policies) {
    for (const action of scopeKeys(policy.rule.action)) {
      for (const principal of scopeKeys(policy.rule.principal)) {
        for (const resource of scopeKeys(policy.rule.resource)) {
          insert(index, action, principal, resource, policy)
        }
      }
    }
  }
  return (environment) => {
    const found = new Set<Policy>()
    const principals = requestKeys(environment.principal, environment)
    const resources = requestKeys(environment.resource, environment)
    for (const action of requestKeys(environment.action, environment)) {
      const byPrincipal = index.get(action)
      if (byPrincipal !== undefined) collect(byPrincipal, principals, resources, found)
    }
    return [...found]
  }
}

function insert<Policy>(
  index: Index<Policy>,
  action: string,
  principal: string,
  resource: string,
  policy: Policy,
): void {
  const byPrincipal = index.get(action) ?? new Map<string, Map<string, Policy[]>>()
  const byResource = byPrincipal.get(principal) ?? new Map<string, Policy[]>()
  const policies = byResource.get(resource) ?? []
  policies.push(policy)
  index.set(action, byPrincipal.set(principal, byResource.set(resource, policies)))
}

function collect<Policy>(
  byPrincipal: ReadonlyMap<string, ReadonlyMap<string, readonly Policy[]>>,
  principals: readonly string[],
  resources: readonly string[],
  found: Set<Policy>,
): void {
  for (const principal of principals) {
    const byResource = byPrincipal.get(principal)
    if (byResource === undefined) continue
    for (const resource of resources) {
      for (const policy of byResource.get(resource) ?? []) found.add(policy)
    }
  }
}

/** Entity keys hold a quote and type names do not, so the three sorts of key never collide. */
function scopeKeys(constraint: Constraint): readonly string[] {
  switch (constraint.kind) {
    case 'all':
      return [EVERYTHING]
    case 'equal':
      return [constraint.entity.key]
    case 'within':
      return constraint.anyOf.map(({ key }) => key)
    case 'type':
      return [constraint.within?.key ?? constraint.type]
  }
}

function requestKeys(entity: Entity, environment: Environment): readonly string[] {
  const above = environment.lookup(entity)?.ancestors ?? []
  return [entity.key, ...above, entity.type, EVERYTHING]
}
