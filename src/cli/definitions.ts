import type { Config } from '../config/config.ts'
import type { JudgeDefinition } from '../kernel/pins.ts'
import type { Sanitize } from './pinned-lists.ts'

/** Judges a definition that was never seen before. */
export const judgeDefinition: JudgeDefinition = () => ({ findings: [], verdict: 'clean' })

/** What models get of an approved definition. */
export function sanitizer(_: Config['definitions']): Sanitize {
  return (definition) => definition
}
