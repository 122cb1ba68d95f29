import type { Clock } from '../kernel/ports.ts'
import type { Analyser, World } from './analyser.ts'

/** One analyser for each kind of value. */
export const ANALYSERS: readonly Analyser[] = []

/** This machine, as analysers look at it. */
export function nodeWorld(_clock: Clock): World {
  return {
    files: { follow: () => ({ kind: 'blocked', why: 'not looked at' }) },
    resolver: { resolve: async () => [] },
  }
}
