import { CircleCheck, Hourglass, Lock, OctagonX } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMay } from '../../app/me.tsx'
import { PlaceLink } from '../../app/place.tsx'
import { exactTime, Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import type { Request } from './deed.ts'
import { progressInWords, progressOf } from './progress.ts'

/** How a request stands: who answered, who is still needed, and what came of it. */
export function Standing({
  request,
  user,
  why,
}: {
  readonly request: Request
  readonly user: string
  /** Why the person may not answer. */
  readonly why: string | undefined
}): ReactNode {
  const { state, votes } = request
  const voted = votes.some((vote) => vote.user === user)
  return (
    <div className="approvals-standing">
      <Votes request={request} user={user} />
      {state === 'pending' ? (
        <p>
          <Hourglass aria-hidden />
          {progressInWords(progressOf(request))}
        </p>
      ) : (
        <Ended request={request} />
      )}
      {state === 'pending' && why !== undefined && !voted && (
        <p className="approvals-why">
          <Lock aria-hidden /> You cannot answer this: {why}.
        </p>
      )}
    </div>
  )
}

function Votes({
  request: { votes },
  user,
}: {
  readonly request: Request
  readonly user: string
}): ReactNode {
  if (votes.length === 0) return null
  return (
    <ul className="approvals-votes">
      {votes.map((vote) => (
        <li key={vote.user} data-verdict={vote.verdict}>
          {vote.verdict === 'approve' ? <CircleCheck aria-hidden /> : <OctagonX aria-hidden />}
          <span>
            <b>
              <VisibleText text={vote.user === user ? 'You' : vote.user} />
            </b>{' '}
            {vote.verdict === 'approve' ? 'approved' : 'declined'} <Time at={vote.at} />
            {vote.assurance === 'passkey' && ', signed with a passkey'}
            {vote.channel !== 'console' && `, by ${vote.channel}`}
            {vote.comment !== undefined && (
              <>
                {': “'}
                <VisibleText text={vote.comment} />
                {'”'}
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Ended({ request }: { readonly request: Request }): ReactNode {
  const mayLook = useMay('look')
  const { usedBy } = request
  return (
    <p>
      {endedInWords(request)}
      {mayLook && usedBy !== undefined && (
        <>
          {' '}
          <PlaceLink to={{ page: 'live', item: usedBy }}>See what came of it</PlaceLink>
        </>
      )}
    </p>
  )
}

/** What the end of a request means for the call. */
export function endedInWords({ state, expires }: Pick<Request, 'state' | 'expires'>): string {
  switch (state) {
    case 'pending':
      return ''
    case 'approved':
      return `Approved. The call may run once, until ${exactTime(Date.parse(expires))}.`
    case 'used':
      return 'Approved and used: the call went through, once.'
    case 'declined':
      return 'Declined. The call did not run.'
    case 'expired':
      return 'Nobody answered, or used the answer, in time. The call did not run.'
    case 'withdrawn':
      return 'Taken back. The call did not run.'
    case 'void':
      return 'The tool or the policies changed meanwhile, so nothing here counts any more. The call did not run.'
  }
}
