import {
  CircleCheck,
  CircleDashed,
  CircleHelp,
  type LucideIcon,
  OctagonX,
  Split,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { Chip, type Tone } from '../../../design/chip.tsx'

interface Look {
  readonly tone: Tone
  readonly icon: LucideIcon
  readonly word: string
}

const LOOKS: Readonly<Record<string, Look>> = {
  permit: { tone: 'good', icon: CircleCheck, word: 'permit' },
  ask: { tone: 'wait', icon: CircleHelp, word: 'ask' },
  depends: { tone: 'note', icon: Split, word: 'depends' },
  never: { tone: 'bad', icon: OctagonX, word: 'deny' },
}

/** Whether somebody can call something: a sign, a word, and then a colour. */
export function AccessChip({ access }: { readonly access: string }): ReactNode {
  const { tone, icon, word } = LOOKS[access] ?? { tone: 'plain', icon: CircleDashed, word: access }
  return (
    <Chip tone={tone} icon={icon}>
      {word}
    </Chip>
  )
}
