import { RotateCcw, ShieldAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Chip, Chips } from '../../design/chip.tsx'
import { Facts, Section } from '../../design/drawer.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { classOf, type Request } from './deed.ts'
import { approverInWords } from './progress.ts'
import { spanInWords } from './time-left.ts'

const TONES = { low: 'plain', medium: 'wait', high: 'bad' } as const
const ASSURED = {
  client: 'a dialog of the client is enough',
  session: 'a person who has signed in here',
  passkey: 'a passkey, which signs the request',
} as const

/** Which policies want a human, what the tool is known to do, and who is asked. */
export function WhyItWaits({ request }: { readonly request: Request }): ReactNode {
  const { determining = [], lift } = request
  const one = lift.each ? 'each of' : lift.quorum === 1 ? 'one of' : `${lift.quorum} of`
  return (
    <Section title="Why it waits">
      <ul className="approvals-reasons">
        {determining.map(({ policy, reason, remedy }) => (
          <li key={policy}>
            <ShieldAlert aria-hidden />
            <div>
              <p>
                {reason === undefined ? 'A policy wants a human.' : <VisibleText text={reason} />}
              </p>
              <p className="quiet">
                Policy{' '}
                <code>
                  <VisibleText text={policy} />
                </code>
                {remedy !== undefined && (
                  <>
                    {'. '}
                    <VisibleText text={remedy} />
                  </>
                )}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <Facts
        rows={[
          ['The tool', <ToolClass key="tool" request={request} />],
          [
            'Asked',
            `${lift.approvers.length > 1 || lift.quorum > 1 ? `${one}: ` : ''}${lift.approvers
              .map(approverInWords)
              .join(', ')}`,
          ],
          ['Takes', ASSURED[lift.assurance]],
          ['Once approved', `the call may run once, within ${spanInWords(lift.maxAge)}`],
        ]}
      />
    </Section>
  )
}

function ToolClass({ request }: { readonly request: Request }): ReactNode {
  const classes = classOf(request)
  if (classes === undefined) return undefined
  const { effects = [], reversible, risk, source } = classes
  return (
    <span className="chips">
      <Chips of={effects} />
      {reversible !== undefined && (
        <Chip tone={reversible ? 'good' : 'bad'} icon={reversible ? RotateCcw : TriangleAlert}>
          {reversible ? 'can be undone' : 'cannot be undone'}
        </Chip>
      )}
      {risk !== undefined && <Chip tone={TONES[risk]}>{risk} risk</Chip>}
      {source === 'inferred' && <span className="quiet">guessed from its name and schema</span>}
    </span>
  )
}
