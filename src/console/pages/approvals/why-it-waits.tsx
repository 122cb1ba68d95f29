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

/** Which policies want a human, and what the tool is known to do. */
export function WhyItWaits({ request }: { readonly request: Request }): ReactNode {
  const { determining = [] } = request
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
      <ToolClass request={request} />
    </Section>
  )
}

/** Who may answer, how, and what an approval is good for. */
export function WhatAnAnswerIs({ request: { lift } }: { readonly request: Request }): ReactNode {
  const { approvers, quorum, each } = lift
  const count = each ? 'each of: ' : quorum === 1 ? 'one of: ' : `${quorum} of: `
  const several = approvers.length > 1 || quorum > 1
  return (
    <Section title="What an answer is">
      <Facts
        rows={[
          ['Asked', `${several ? count : ''}${approvers.map(approverInWords).join(', ')}`],
          ['Takes', ASSURED[lift.assurance]],
          ['Once approved', `the call may run once, within ${spanInWords(lift.maxAge)}`],
        ]}
      />
    </Section>
  )
}

function ToolClass({ request }: { readonly request: Request }): ReactNode {
  const classes = classOf(request)
  if (classes === undefined) return null
  const { effects = [], reversible, risk, source } = classes
  return (
    <p className="chips">
      <span className="quiet">The tool:</span>
      <Chips of={effects} />
      {reversible !== undefined && (
        <Chip tone={reversible ? 'good' : 'bad'} icon={reversible ? RotateCcw : TriangleAlert}>
          {reversible ? 'can be undone' : 'cannot be undone'}
        </Chip>
      )}
      {risk !== undefined && <Chip tone={TONES[risk]}>{risk} risk</Chip>}
      {source === 'inferred' && <span className="quiet">guessed from its name and schema</span>}
    </p>
  )
}
