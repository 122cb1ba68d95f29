import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { StateChip } from '../../design/chip.tsx'

/** As the chips of the console name them. */
const STATES: Readonly<Record<string, string>> = { ask: 'asked', deny: 'denied' }

/** How a call was decided. */
export function VerdictChip({
  verdict,
}: Pick<Output<'calls.list'>['items'][number], 'verdict'>): ReactNode {
  return verdict === null ? null : <StateChip state={STATES[verdict] ?? verdict} />
}
