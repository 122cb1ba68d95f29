import { CircleCheck, OctagonX } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { Chip } from '../../design/chip.tsx'

export type Event = Output<'events.list'>['items'][number]

/** Whether it was done. */
export function OutcomeChip({ outcome }: Pick<Event, 'outcome'>): ReactNode {
  return outcome === 'refused' ? (
    <Chip tone="bad" icon={OctagonX}>
      Refused
    </Chip>
  ) : (
    <Chip icon={CircleCheck}>{outcome === 'done' ? 'Done' : (outcome ?? 'unknown')}</Chip>
  )
}

/** Who did it to others. */
export function subjectIn(by: Event['by']): string | undefined {
  if (typeof by !== 'object' || by === null || Array.isArray(by)) return undefined
  const { subject } = by
  return typeof subject === 'string' ? subject : undefined
}
