import type { DefinitionDiff, PinVersion } from '../../kernel/pins.ts'

/** How a definition differs from what was approved before it. */
export function definitionDiff(from: PinVersion | undefined, to: PinVersion): DefinitionDiff {
  return { from, to, changes: [], risk: 'info', newFindings: to.judgement.findings }
}
