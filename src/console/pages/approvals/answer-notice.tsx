import {
  CircleCheck,
  CloudOff,
  Fingerprint,
  LoaderCircle,
  RotateCw,
  TriangleAlert,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { Button } from '../../design/button.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import { faultOf } from './answer-faults.ts'
import type { Outcome, Verdict } from './outcome.ts'
import type { Answering } from './use-answer.ts'

/** The account page, where passkeys are added. */
const ACCOUNT = '/oauth/account'
const DONE: Readonly<Record<Verdict, string>> = {
  approve: 'You approved this.',
  decline: 'You declined this.',
}

/** What becomes of an answer, in words. */
export function AnswerNotice({
  answering,
  onCheck,
}: {
  readonly answering: Answering
  readonly onCheck: () => void
}): ReactNode {
  return (
    <div role="status" aria-live="assertive">
      <Content answering={answering} onCheck={onCheck} />
    </div>
  )
}

function Content({
  answering,
  onCheck,
}: {
  readonly answering: Answering
  readonly onCheck: () => void
}): ReactNode {
  switch (answering.kind) {
    case 'idle':
      return null
    case 'signing':
      return (
        <p className="approvals-notice" data-tone="plain">
          <Fingerprint aria-hidden /> Your browser asks for a passkey: it signs exactly this
          request.
        </p>
      )
    case 'sending':
      return (
        <p className="approvals-notice" data-tone="plain">
          <LoaderCircle aria-hidden className="turning" /> Your answer is on its way.
        </p>
      )
    case 'unknown':
      return (
        <div className="approvals-notice" data-tone="wait">
          <CloudOff aria-hidden />
          <p>
            <b>The connection was lost.</b> Your answer may have arrived or not. It is looked up
            before you can answer again; answering twice never counts twice.
          </p>
          <Button icon={RotateCw} busy={answering.checking} onClick={onCheck}>
            Look now
          </Button>
        </div>
      )
    case 'found':
      return <Found outcome={answering.outcome} verdict={answering.verdict} />
    case 'refused':
      return <Refused error={answering.error} />
  }
}

function Found({
  outcome,
  verdict,
}: {
  readonly outcome: Outcome
  readonly verdict: Verdict
}): ReactNode {
  if (outcome === 'arrived')
    return (
      <p className="approvals-notice" data-tone="good">
        <CircleCheck aria-hidden /> {DONE[verdict]}
      </p>
    )
  return (
    <p className="approvals-notice" data-tone="wait">
      <TriangleAlert aria-hidden />
      {outcome === 'over'
        ? 'Your answer did not arrive, and the request is over by now.'
        : 'Your answer did not arrive. The request still waits: you can answer now.'}
    </p>
  )
}

function Refused({ error }: { readonly error: Error }): ReactNode {
  const { title, advice } = faultOf(error)
  const api = error instanceof ApiError ? error : undefined
  return (
    <div className="approvals-notice" data-tone="bad">
      <TriangleAlert aria-hidden />
      <div>
        <p>
          <b>{title}.</b> {advice}{' '}
          {api?.code === 'no_passkey_here' && (
            <a className="link" href={ACCOUNT}>
              Add a passkey
            </a>
          )}
        </p>
        <p className="error-facts">
          <span>{error.message}</span>
          {api !== undefined && <code>{api.code}</code>}
          {api?.requestId !== undefined && (
            <>
              <span>
                Request <code>{api.requestId}</code>
              </span>
              <CopyButton text={api.requestId} what="request id" />
            </>
          )}
        </p>
      </div>
    </div>
  )
}
