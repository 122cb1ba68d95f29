import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  Eye,
  Hourglass,
  type LucideIcon,
  OctagonX,
} from 'lucide-react'
import type { ReactNode } from 'react'

/** What a colour means here. */
export type Tone = 'plain' | 'good' | 'bad' | 'wait' | 'note' | 'accent'

/** A short word with a sign, such as a state. */
export function Chip({
  tone = 'plain',
  icon: Icon,
  children,
}: {
  readonly tone?: Tone
  readonly icon?: LucideIcon
  readonly children: ReactNode
}): ReactNode {
  return (
    <span className="chip" data-tone={tone}>
      {Icon !== undefined && <Icon aria-hidden />}
      {children}
    </span>
  )
}

/** A row of them. */
export function Chips({ of }: { readonly of: readonly string[] }): ReactNode {
  return (
    <span className="chips">
      {of.map((word) => (
        <Chip key={word}>{word}</Chip>
      ))}
    </span>
  )
}

interface Look {
  readonly tone: Tone
  readonly icon: LucideIcon
  readonly word: string
}

/** How what became of a call, of a request or of an account looks: a sign, a word, and then a colour. */
const LOOKS: Readonly<Record<string, Look>> = {
  permit: { tone: 'good', icon: CircleCheck, word: 'Permitted' },
  permitted: { tone: 'good', icon: CircleCheck, word: 'Permitted' },
  answered: { tone: 'good', icon: CircleCheck, word: 'Answered' },
  approved: { tone: 'good', icon: CircleCheck, word: 'Approved' },
  granted: { tone: 'good', icon: CircleCheck, word: 'Granted' },
  active: { tone: 'good', icon: CircleCheck, word: 'Active' },
  forbid: { tone: 'bad', icon: OctagonX, word: 'Denied' },
  denied: { tone: 'bad', icon: OctagonX, word: 'Denied' },
  declined: { tone: 'bad', icon: OctagonX, word: 'Declined' },
  failed: { tone: 'bad', icon: CircleAlert, word: 'Failed' },
  tool_error: { tone: 'wait', icon: CircleAlert, word: 'Tool error' },
  disabled: { tone: 'bad', icon: OctagonX, word: 'Disabled' },
  asked: { tone: 'wait', icon: CircleHelp, word: 'Asked' },
  pending: { tone: 'wait', icon: Hourglass, word: 'Pending' },
  observed: { tone: 'note', icon: Eye, word: 'Would deny' },
  expired: { tone: 'plain', icon: CircleDashed, word: 'Expired' },
  void: { tone: 'plain', icon: CircleDashed, word: 'Void' },
  cancelled: { tone: 'plain', icon: CircleDashed, word: 'Cancelled' },
  withdrawn: { tone: 'plain', icon: CircleDashed, word: 'Withdrawn' },
  used: { tone: 'plain', icon: CircleCheck, word: 'Used' },
}

/** What became of something. A state that it does not know is shown in its own word. */
export function StateChip({ state }: { readonly state: string }): ReactNode {
  const { tone, icon, word } = LOOKS[state] ?? { tone: 'plain', icon: CircleDashed, word: state }
  return (
    <Chip tone={tone} icon={icon}>
      {word}
    </Chip>
  )
}
