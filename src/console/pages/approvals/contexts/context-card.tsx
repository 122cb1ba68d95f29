import { ChevronDown, ChevronUp } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../../api/call.ts'
import { Button } from '../../../design/button.tsx'
import { Chip, Chips } from '../../../design/chip.tsx'
import { Time } from '../../../design/time.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { nameOf } from '../groups.ts'
import { CleanButton } from './clean-button.tsx'
import { VouchButton, Vouched } from './vouched.tsx'

export type FlowContext = Output<'flow.contexts'>['items'][number]

/** One context: whose it is, what it has read by kind, and what people may do about it. */
export function ContextCard({
  context,
  open,
  onOpen,
}: {
  readonly context: FlowContext
  readonly open: boolean
  readonly onOpen: (open: boolean) => void
}): ReactNode {
  const { id, subject, actors, client, used, mayChange } = context
  const who = subject === '' ? 'nobody known' : nameOf(subject)
  return (
    <article className="card approvals-card" aria-label={`Context of ${who} with ${client}`}>
      <header className="approvals-card-head">
        <div className="two-lines">
          <h2>
            <VisibleText text={who} /> with <VisibleText text={client} />
          </h2>
          <p className="quiet">
            {actors.length > 0 && (
              <>
                acted for by <VisibleText text={actors.join(', ')} />,{' '}
              </>
            )}
            used <Time at={used} />, <code>{id}</code>
          </p>
        </div>
        {mayChange && <CleanButton context={context} who={who} />}
        <Button
          size="small"
          icon={open ? ChevronUp : ChevronDown}
          aria-expanded={open}
          aria-label={`Details of the context of ${who} with ${client}`}
          onClick={() => onOpen(!open)}
        >
          Details
        </Button>
      </header>
      <Labels context={context} />
      {open && (
        <>
          <Times context={context} />
          <Vouched id={id} />
          {mayChange && <VouchButton id={id} who={who} />}
        </>
      )}
    </article>
  )
}

function Labels({ context }: { readonly context: FlowContext }): ReactNode {
  const { readUntrusted, readConfidential, complete, classes, answers } = context
  return (
    <p className="chips">
      <span className="quiet">
        Read {answers === 1 ? '1 answer' : `${answers} answers`}, among them:
      </span>
      {readUntrusted && <Chip tone="bad">untrusted text</Chip>}
      {readConfidential && <Chip tone="wait">confidential data</Chip>}
      {!readUntrusted && !readConfidential && <Chip tone="good">nothing untrusted</Chip>}
      {!complete && <Chip tone="wait">some is forgotten</Chip>}
      <Chips of={classes} />
    </p>
  )
}

function Times({ context: { opened, expires, grant } }: { readonly context: FlowContext }) {
  return (
    <p className="quiet">
      Opened <Time at={opened} />, forgotten <Time at={expires} /> if it is not used before. Grant{' '}
      <code>{grant === '' ? 'none' : grant}</code>.
    </p>
  )
}
