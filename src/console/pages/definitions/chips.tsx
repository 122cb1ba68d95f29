import { Ban, CircleCheck, CircleDashed, Hourglass, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Chip, type Tone } from '../../design/chip.tsx'
import { SEVERITY_TONES, type Severity, type Triaged, type Version } from './words.ts'

interface Look {
  readonly tone: Tone
  readonly icon: LucideIcon
  readonly word: string
}

const STATUSES: Readonly<Record<Version['status'], Look>> = {
  quarantined: { tone: 'wait', icon: Hourglass, word: 'Waits' },
  approved: { tone: 'good', icon: CircleCheck, word: 'Approved' },
  rejected: { tone: 'bad', icon: Ban, word: 'Rejected' },
  superseded: { tone: 'plain', icon: CircleDashed, word: 'Replaced' },
}

const VERDICTS: Readonly<
  Record<Version['verdict'], { readonly tone: Tone; readonly word: string }>
> = {
  clean: { tone: 'plain', word: 'nothing found' },
  review: { tone: 'wait', word: 'to be read' },
  poisoned: { tone: 'bad', word: 'poisoned' },
}

/** Whether a definition counts. */
export function StatusChip({ status }: Pick<Version, 'status'>): ReactNode {
  const { tone, icon, word } = STATUSES[status]
  return (
    <Chip tone={tone} icon={icon}>
      {word}
    </Chip>
  )
}

/** What the analysis makes of a definition. */
export function VerdictChip({ verdict }: Pick<Version, 'verdict'>): ReactNode {
  const { tone, word } = VERDICTS[verdict]
  return <Chip tone={tone}>{word}</Chip>
}

/** How bad something is. */
export function SeverityChip({ severity }: { readonly severity: Severity }): ReactNode {
  return <Chip tone={SEVERITY_TONES[severity]}>{severity}</Chip>
}

const FINDING_STATES: Readonly<Record<Triaged['state'], Look>> = {
  open: { tone: 'wait', icon: CircleDashed, word: 'Open' },
  accepted: { tone: 'plain', icon: CircleCheck, word: 'Accepted' },
  expired: { tone: 'wait', icon: Hourglass, word: 'Open again' },
}

/** What people made of a finding. */
export function FindingStateChip({ state }: Pick<Triaged, 'state'>): ReactNode {
  const { tone, icon, word } = FINDING_STATES[state]
  return (
    <Chip tone={tone} icon={icon}>
      {word}
    </Chip>
  )
}
