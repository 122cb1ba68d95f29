import type { AccessRequest, Decision, Permit } from '../kernel/access.ts'
import type { Brand } from '../kernel/brand.ts'
import type { Aim } from './aim.ts'
import type { Known } from './known.ts'

/** A call that policy let pass. Only `authorize` makes one, and only one of these is dispatched. */
export type PermittedCall = Brand<
  {
    readonly aim: Aim
    readonly known: Known
    readonly request: AccessRequest
    readonly decision: Permit
  },
  'PermittedCall'
>

/** Turns a permit into a call that may be dispatched; undefined for a denial. */
export function authorize(
  aim: Aim,
  known: Known,
  request: AccessRequest,
  decision: Decision,
): PermittedCall | undefined {
  if (decision.effect !== 'permit') return undefined
  return { aim, known, request, decision } as PermittedCall
}
