import type { Limits, Reservation } from '../kernel/limits.ts'

const NOTHING = {} as Reservation

/** Limits of a deployment that has none. */
export const UNLIMITED: Limits = {
  left: async () => ({}),
  reserve: async () => NOTHING,
  settle: () => undefined,
  release: () => undefined,
}
