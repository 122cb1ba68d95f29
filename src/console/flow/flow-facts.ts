import { ORIGINS, type Origin } from '../../kernel/flow.ts'
import type { Output } from '../api/call.ts'

/** The flow of data into a call, as its record and its request hold it. */
export type Flow = NonNullable<Output<'calls.show'>['call']['flow']>
export type FlowValue = Flow['values'][number]
export type FlowSighting = FlowValue['sightings'][number]

/**
 * Whether somebody other than the caller may have chosen what a call acts on. Letters repeat what was read,
 * and are no danger by that, but for links in them.
 */
export function steers({ origin, role, link }: Omit<FlowValue, 'sightings'>): boolean {
  if (origin !== 'untrusted' && origin !== 'members') return false
  return link || (role !== 'content' && role !== 'setting')
}

/** The worst first; what is equally bad stays as it was. */
export function worstFirst(values: readonly FlowValue[]): readonly FlowValue[] {
  return values.toSorted((a, b) => rank(b.origin) - rank(a.origin))
}

function rank(origin: Origin): number {
  return ORIGINS.indexOf(origin)
}

/** The values of one argument: those at it, and in it. */
export function valuesAt(flow: Flow | undefined, at: string): readonly FlowValue[] {
  const values = flow?.values ?? []
  return worstFirst(values.filter((one) => one.at === at || one.at?.startsWith(`${at}/`) === true))
}

/** The values of no argument that is shown. */
export function valuesBeside(
  flow: Flow | undefined,
  places: readonly string[],
): readonly FlowValue[] {
  const shown = new Set(places.flatMap((at) => valuesAt(flow, at)))
  return worstFirst((flow?.values ?? []).filter((one) => !shown.has(one)))
}
