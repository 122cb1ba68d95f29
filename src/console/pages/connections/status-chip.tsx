import { CircleCheck, CircleDashed, type LucideIcon, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Chip } from '../../design/chip.tsx'
import { STATUSES } from './words.ts'

type Status = keyof typeof STATUSES

const ICONS: Readonly<Record<Status, LucideIcon>> = {
  connected: CircleCheck,
  reauth_required: RotateCw,
  disconnected: CircleDashed,
  none: CircleDashed,
}

/** What has become of a connection: a sign, a word, and then a colour. */
export function StatusChip({ status }: { readonly status: Status }): ReactNode {
  const { word, tone } = STATUSES[status]
  return (
    <Chip tone={tone} icon={ICONS[status]}>
      {word}
    </Chip>
  )
}
