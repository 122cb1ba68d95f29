import { BadgeCheck, List, type LucideIcon, TriangleAlert, UserRound, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Origin } from '../../kernel/flow.ts'
import { ORIGIN_MEANINGS, ORIGIN_WORDS } from '../../kernel/flow-words.ts'
import { Chip, type Tone } from '../design/chip.tsx'

const LOOKS: Readonly<Record<Origin, readonly [tone: Tone, icon: LucideIcon]>> = {
  subject: ['good', UserRound],
  trusted: ['good', BadgeCheck],
  listed: ['plain', List],
  members: ['wait', Users],
  untrusted: ['bad', TriangleAlert],
}

/** Where a value came from: a sign, a word, and then a colour. */
export function OriginChip({
  origin,
  calm = false,
}: {
  readonly origin: Origin
  /** Nothing hangs on it. */
  readonly calm?: boolean
}): ReactNode {
  const [tone, icon] = LOOKS[origin]
  return (
    <span title={`It ${ORIGIN_MEANINGS[origin]}.`}>
      <Chip tone={calm && tone === 'bad' ? 'wait' : tone} icon={icon}>
        {ORIGIN_WORDS[origin]}
      </Chip>
    </span>
  )
}
