import { GatewayError } from '../kernel/errors.ts'

/** Counts what each subject has open. */
export interface Quota {
  /** @throws GatewayError `too_many_requests`. */
  take(principal: string): void
  give(principal: string): void
}

/** A quota of `max` open things for each subject. Costs memory only for subjects that have any. */
export function createQuota(max: number): Quota {
  const open = new Map<string, number>()
  return {
    take(principal) {
      const count = open.get(principal) ?? 0
      if (count >= max) throw new GatewayError('too_many_requests', 'too many requests are open')
      open.set(principal, count + 1)
    },
    give(principal) {
      const count = open.get(principal) ?? 0
      if (count > 1) open.set(principal, count - 1)
      else open.delete(principal)
    },
  }
}
