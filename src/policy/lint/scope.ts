import type { Constraint, Rule } from '../language/read-policy.ts'
import type { Entity } from '../language/value.ts'

/** False only when no request fits both scopes. */
export function scopesOverlap(left: Rule, right: Rule): boolean {
  return (['principal', 'action', 'resource'] as const).every((part) =>
    overlap(left[part], right[part]),
  )
}

/** True only when every request that fits the narrow scope fits the wide one. */
export function scopeCovers(wide: Rule, narrow: Rule): boolean {
  return (['principal', 'action', 'resource'] as const).every((part) =>
    covers(wide[part], narrow[part]),
  )
}

/** Whether the scope may hold calls, of tools of every server. */
export function isForAllTools({ action, resource }: Rule): boolean {
  if (!mayBe(action, 'call')) return false
  if (resource.kind === 'all') return true
  return resource.kind === 'type' && resource.type === 'Tool' && resource.within === undefined
}

/** Whether the scope may hold calls of tools at all. */
export function mayBeCall({ action, resource }: Rule): boolean {
  if (!mayBe(action, 'call')) return false
  const type = typeOf(resource)
  return type === undefined || type === 'Tool' || type === 'Server'
}

function mayBe(action: Constraint, id: string): boolean {
  const ids = entitiesOf(action).map((entity) => entity.id)
  return ids.length === 0 || ids.includes(id)
}

function entitiesOf(constraint: Constraint): readonly Entity[] {
  if (constraint.kind === 'equal') return [constraint.entity]
  return constraint.kind === 'within' ? constraint.anyOf : []
}

function typeOf(constraint: Constraint): string | undefined {
  if (constraint.kind === 'type') return constraint.type
  return entitiesOf(constraint)[0]?.type
}

function overlap(left: Constraint, right: Constraint): boolean {
  if (left.kind === 'all' || right.kind === 'all') return true
  return places(left).some((mine) => places(right).some((theirs) => meet(mine, theirs)))
}

/** Where a scope lies: an entity with all that is in it, a type, or a type within an entity. */
interface Spot {
  readonly type?: string
  readonly entity?: Entity
}

function places(constraint: Constraint): readonly Spot[] {
  if (constraint.kind === 'type') {
    const { type, within } = constraint
    return [{ type, ...(within === undefined ? {} : { entity: within }) }]
  }
  return entitiesOf(constraint).map((entity) => ({ entity }))
}

function meet(left: Spot, right: Spot): boolean {
  const [mine, theirs] = [left.type ?? leafType(left.entity), right.type ?? leafType(right.entity)]
  if (mine !== undefined && theirs !== undefined && mine !== theirs) return false
  if (left.entity === undefined || right.entity === undefined) return true
  // Who is in a group is not known here, nor whether two of them share somebody.
  if (left.entity.type === 'Group' || right.entity.type === 'Group') return true
  return isIn(left.entity, right.entity) || isIn(right.entity, left.entity)
}

/** A server holds things of several types, and so does a group. */
function leafType(entity: Entity | undefined): string | undefined {
  return entity === undefined || isContainer(entity) ? undefined : entity.type
}

function isContainer({ type }: Entity): boolean {
  return type === 'Server' || type === 'Group'
}

/** By name: what a virtual tool narrows is not known here. */
function isIn(inner: Entity, outer: Entity): boolean {
  if (inner.key === outer.key) return true
  return outer.type === 'Server' && inner.type !== 'Server' && inner.id.startsWith(`${outer.id}:`)
}

function covers(wide: Constraint, narrow: Constraint): boolean {
  if (wide.kind === 'all') return true
  if (narrow.kind === 'all') return false
  return places(narrow).every((inner) => places(wide).some((outer) => holds(outer, inner)))
}

function holds(outer: Spot, inner: Spot): boolean {
  const type = inner.type ?? leafType(inner.entity)
  if (outer.type !== undefined && outer.type !== type) return false
  if (outer.entity === undefined) return true
  return inner.entity !== undefined && isIn(inner.entity, outer.entity)
}
