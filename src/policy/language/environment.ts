import type { Entity, RecordValue } from './value.ts'

/** What a policy is evaluated in: the request, and the entities that it can reach. */
export interface Environment {
  readonly principal: Entity
  readonly action: Entity
  readonly resource: Entity
  readonly context: RecordValue
  /** `undefined` for an entity that does not exist. */
  lookup(entity: Entity): EntityData | undefined
}

export interface EntityData {
  readonly attributes: RecordValue
  readonly tags: RecordValue
  /** Keys of all entities above this one, without itself. */
  readonly ancestors: ReadonlySet<string>
}

/** Cedar's `in` between two entities: reflexive and transitive. */
export function isWithin(environment: Environment, entity: Entity, above: Entity): boolean {
  if (entity.key === above.key) return true
  return environment.lookup(entity)?.ancestors.has(above.key) === true
}
