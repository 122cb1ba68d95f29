import { Lightbulb } from 'lucide-react'
import type { ReactNode } from 'react'
import { VisibleText } from '../../../design/visible-text.tsx'
import type { Detail, Explanation } from './detail.ts'

const MUST: Readonly<Record<string, string>> = {
  hold: 'must permit it',
  'not hold': 'must not apply',
  'not fault': 'must be evaluated without a fault',
}

/** For a call that did not go through: what would have been permitted. */
export function Remedies({
  call,
  explanation: { obstacles, verdict },
}: {
  readonly call: Detail
  readonly explanation: Explanation
}): ReactNode {
  if (verdict === 'permit' || obstacles.length === 0) return null
  const { approvers = [], quorum } = liftOf(call.decision?.lift)
  return (
    <section className="call-remedies" aria-label="What would have been permitted">
      <h2>
        <Lightbulb aria-hidden /> What would have been permitted
      </h2>
      <ul>
        {obstacles.map(({ policy, must, byCaller, remedy, because }) => (
          <li key={`${policy} ${must}`}>
            <p>
              <b>
                <VisibleText text={policy} />
              </b>{' '}
              {MUST[must]}
              {remedy === undefined ? '.' : ': '}
              {remedy !== undefined && <VisibleText text={remedy} />}
            </p>
            {because.length > 0 && (
              <p className="quiet">
                <VisibleText text={because.join('; ')} />
              </p>
            )}
            {!byCaller && <p className="quiet">Nothing that the caller sends could be enough.</p>}
          </li>
        ))}
        {approvers.length > 0 && (
          <li>
            <p>
              <VisibleText text={approvers.join(', ')} /> can approve it
              {quorum !== undefined && quorum > 1 ? `, ${quorum} of them together` : ''}.
            </p>
          </li>
        )}
      </ul>
    </section>
  )
}

interface Lift {
  readonly approvers?: readonly string[]
  readonly quorum?: number
}

function liftOf(lift: NonNullable<Detail['decision']>['lift']): Lift {
  const { approvers, quorum } = lift ?? {}
  return {
    ...(Array.isArray(approvers) ? { approvers: approvers.map(String) } : {}),
    ...(typeof quorum === 'number' ? { quorum } : {}),
  }
}
