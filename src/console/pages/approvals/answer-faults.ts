import { ApiError } from '../../api/api-error.ts'

/** Why an answer was not taken, and what to do about it. */
export interface AnswerFault {
  readonly title: string
  readonly advice: string
}

const FAULTS: Readonly<Record<string, AnswerFault>> = {
  approval_over: {
    title: 'This request is over',
    advice:
      'Your answer came too late and counts for nothing. If the call is still needed, it has to be made again.',
  },
  version_conflict: {
    title: 'This is not the request that you saw',
    advice: 'It has been read again. Look at it once more before you answer.',
  },
  evidence_refused: {
    title: 'The passkey did not count',
    advice: 'Use a passkey of your own within two minutes. Nothing has been approved.',
  },
  approver_refused: {
    title: 'You may not answer this',
    advice: 'Nothing has been approved. Somebody whom the policy names has to answer.',
  },
  person_required: {
    title: 'This takes a person',
    advice: 'Sign in with a browser, and answer here.',
  },
  item_unknown: {
    title: 'This request is gone',
    advice: 'It is no longer kept, or no longer yours to see.',
  },
  audit_unavailable: {
    title: 'Nothing is decided while nothing can be recorded',
    advice: 'Your answer has not been taken. Try again when the record is back.',
  },
  no_passkey_used: {
    title: 'No passkey was used',
    advice: 'The browser asked, and nobody answered. Nothing has been approved; try again.',
  },
  no_passkey_here: {
    title: 'This needs a passkey',
    advice: 'You have none that works here. Add one to your account, then come back.',
  },
}

/** What to say about a refused answer. */
export function faultOf(error: Error): AnswerFault {
  const code = error instanceof ApiError ? error.code : ''
  return (
    FAULTS[code] ?? {
      title: 'Your answer was not taken',
      advice: 'Nothing has been decided by it. Look at the request as it is now, and try again.',
    }
  )
}

/** Whether it is not known what became of an answer: it may have been taken although none came back. */
export function isUncertain(error: Error): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 500
}
