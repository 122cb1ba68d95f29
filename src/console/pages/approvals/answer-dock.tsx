import { Check, Fingerprint, X } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { useShortcuts } from '../../app/shortcuts.ts'
import { Button } from '../../design/button.tsx'
import { CheckField } from '../../design/form.tsx'
import { AnswerNotice } from './answer-notice.tsx'
import type { Request } from './deed.ts'
import type { Verdict } from './outcome.ts'
import { type Choice, firstChoice, mostMinutes, PatternChoice } from './pattern-choice.tsx'
import { useAnswer } from './use-answer.ts'

const MAX_COMMENT = 1_000

/** What a person may answer: whoever approved may still decline. */
export type Offer = 'both' | 'decline' | 'none'

/** Where a person answers, and where it stands what became of that. */
export function AnswerDock({
  request,
  user,
  offer,
  children,
}: {
  readonly request: Request
  readonly user: string
  readonly offer: Offer
  /** How the request stands, or why there is nothing to answer. */
  readonly children: ReactNode
}): ReactNode {
  const { answering, answer, check } = useAnswer(request, user)
  const [comment, setComment] = useState('')
  const [choice, setChoice] = useState<Choice>()
  const { kind } = answering
  const busy = kind === 'signing' || kind === 'sending' || kind === 'unknown'
  const give = (verdict: Verdict): void =>
    answer({ verdict, comment, pattern: choice && { ...choice, free: [...choice.free] } })
  // What just arrived is not offered again while the request is read.
  const arrived = kind === 'found' && answering.outcome === 'arrived' && offer === 'both'
  return (
    <section className="approvals-dock" aria-label="Your answer">
      <AnswerNotice answering={answering} onCheck={check} />
      {children}
      {offer === 'both' && !arrived && (
        <PatternSwitch request={request} choice={choice} onChange={setChoice} />
      )}
      {offer !== 'none' && !arrived && (
        <div className="approvals-buttons">
          <input
            className="input"
            aria-label="Comment, kept in the record"
            placeholder="Comment for the record; the agent does not see it"
            maxLength={MAX_COMMENT}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
          <Buttons
            offer={offer}
            verb={verbOf(request, choice)}
            signs={request.lift.assurance === 'passkey'}
            doing={busy ? answering.verdict : undefined}
            onGive={give}
          />
        </div>
      )}
    </section>
  )
}

/** The keys lead to the buttons and press neither: nobody approves with one stray letter. */
function Buttons({
  offer,
  verb,
  signs,
  doing,
  onGive,
}: {
  readonly offer: Exclude<Offer, 'none'>
  readonly verb: string
  /** It takes a passkey. */
  readonly signs: boolean
  readonly doing: Verdict | undefined
  readonly onGive: (verdict: Verdict) => void
}): ReactNode {
  const approve = useRef<HTMLButtonElement>(null)
  const decline = useRef<HTMLButtonElement>(null)
  const toDecline = {
    ...{ keys: 'd', label: 'To “Decline”; Enter presses it', group: 'Approvals' },
    run: () => decline.current?.focus(),
  }
  const toApprove = {
    ...{ keys: 'a', label: 'To “Approve”; Enter presses it', group: 'Approvals' },
    run: () => approve.current?.focus(),
  }
  useShortcuts(offer === 'both' ? [toApprove, toDecline] : [toDecline])
  return (
    <>
      <Button
        ref={decline}
        look="danger"
        icon={X}
        busy={doing === 'decline'}
        disabled={doing === 'approve'}
        onClick={() => onGive('decline')}
      >
        {offer === 'both' ? 'Decline' : 'Decline after all'}
      </Button>
      {offer === 'both' && (
        <Button
          ref={approve}
          look="main"
          icon={signs ? Fingerprint : Check}
          busy={doing === 'approve'}
          disabled={doing === 'decline'}
          onClick={() => onGive('approve')}
        >
          {verb}
        </Button>
      )}
    </>
  )
}

function verbOf({ lift }: Request, choice: Choice | undefined): string {
  const what = choice === undefined ? 'Approve this call' : 'Approve calls like it'
  return lift.assurance === 'passkey' ? `${what} with a passkey` : what
}

function PatternSwitch({
  request,
  choice,
  onChange,
}: {
  readonly request: Request
  readonly choice: Choice | undefined
  readonly onChange: (choice: Choice | undefined) => void
}): ReactNode {
  if (mostMinutes(request) < 1 || request.arguments === undefined) return null
  return (
    <div className="approvals-more">
      <CheckField
        checked={choice !== undefined}
        label="Also calls like it, for a while"
        onChange={(on) => onChange(on ? firstChoice(request) : undefined)}
      />
      {choice !== undefined && (
        <PatternChoice request={request} choice={choice} onChange={onChange} />
      )}
    </div>
  )
}
