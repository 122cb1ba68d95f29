import { CircleAlert, CircleDashed, LoaderCircle, OctagonX, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { Chip } from '../../design/chip.tsx'

export type Check = NonNullable<Output<'records.status'>['check']>

/** What the last look at the whole chain found. */
export function CheckChip({ check }: { readonly check: Check | undefined }): ReactNode {
  switch (check?.state) {
    case undefined:
      return <Chip icon={CircleDashed}>not verified since the start</Chip>
    case 'running':
      return (
        <Chip tone="note" icon={LoaderCircle}>
          being verified
        </Chip>
      )
    case 'good':
      return (
        <Chip tone="good" icon={ShieldCheck}>
          chain verified
        </Chip>
      )
    case 'bad':
      return (
        <Chip tone="bad" icon={OctagonX}>
          chain broken
        </Chip>
      )
    case 'failed':
      return (
        <Chip tone="wait" icon={CircleAlert}>
          verification did not end
        </Chip>
      )
  }
}
