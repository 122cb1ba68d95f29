import {
  CircleCheck,
  CircleHelp,
  CircleSlash,
  Eye,
  FileText,
  type LucideIcon,
  MonitorCog,
  OctagonX,
  ShieldCheck,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { Chip, type Tone } from '../../design/chip.tsx'

interface Look {
  readonly tone: Tone
  readonly icon: LucideIcon
  readonly word: string
}

const EFFECTS: Readonly<Record<string, Look>> = {
  permit: { tone: 'good', icon: CircleCheck, word: 'permit' },
  forbid: { tone: 'bad', icon: OctagonX, word: 'forbid' },
  ask: { tone: 'wait', icon: CircleHelp, word: 'ask' },
  deny: { tone: 'bad', icon: OctagonX, word: 'deny' },
}

/** What a policy does, or what a decision was: `permit`, `forbid`, `ask`, `deny`. */
export function EffectChip({ effect }: { readonly effect: string }): ReactNode {
  return <Looked look={EFFECTS[effect] ?? { tone: 'plain', icon: CircleSlash, word: effect }} />
}

const MODES: Readonly<Record<string, Look>> = {
  observe: { tone: 'note', icon: Eye, word: 'observes' },
  enforce: { tone: 'plain', icon: ShieldCheck, word: 'enforced' },
}

/** Whether a policy decides, or only notes what it would have done. */
export function ModeChip({ mode }: { readonly mode: string }): ReactNode {
  return <Looked look={MODES[mode] ?? { tone: 'plain', icon: CircleSlash, word: mode }} />
}

/** Where a policy is written. */
export function Origin({
  origin,
  file,
  line,
  whole = false,
}: {
  readonly origin: 'file' | 'managed'
  readonly file: string
  readonly line: number
  /** With the folders of its file. */
  readonly whole?: boolean
}): ReactNode {
  const Icon = origin === 'file' ? FileText : MonitorCog
  return (
    <span className="policies-origin" title={`${file}:${line}`}>
      <Icon aria-hidden />
      <span className="unseen">{origin === 'file' ? 'configuration: ' : 'console: '}</span>
      <code>
        {whole ? file : file.slice(file.lastIndexOf('/') + 1)}:{line}
      </code>
    </span>
  )
}

function Looked({ look: { tone, icon, word } }: { readonly look: Look }): ReactNode {
  return (
    <Chip tone={tone} icon={icon}>
      {word}
    </Chip>
  )
}
