import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  type LucideIcon,
  Power,
  Waypoints,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { Chip } from '../../design/chip.tsx'
import { type Server, type StateName, stateOf } from './server-state.ts'

const SIGNS: Readonly<Record<StateName, LucideIcon>> = {
  failing: CircleAlert,
  connected: CircleCheck,
  idle: CirclePause,
  untried: CircleDashed,
  virtual: Waypoints,
  disabled: Power,
}

/** How a server fares. */
export function ServerStateChip({ server }: { readonly server: Server }): ReactNode {
  const { name, word, tone } = stateOf(server)
  return (
    <Chip tone={tone} icon={SIGNS[name]}>
      {word}
    </Chip>
  )
}
