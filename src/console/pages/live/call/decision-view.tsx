import { type ReactNode, useState } from 'react'
import { useRead } from '../../../api/queries.ts'
import { PlaceLink } from '../../../app/place.tsx'
import { Button } from '../../../design/button.tsx'
import { Facts, Section } from '../../../design/drawer.tsx'
import { Loaded } from '../../../design/loaded.tsx'
import { listText } from '../words.ts'
import type { Detail, Explanation } from './detail.ts'
import { PolicyCard } from './policy-card.tsx'
import { Remedies } from './remedies.tsx'
import { ScreenedView } from './screened-view.tsx'
import type { Revealed } from './use-reveal.ts'

/** Why it was decided so: the policies as they are written, and what would have been permitted. */
export function DecisionView({
  call,
  revealed,
}: {
  readonly call: Detail
  readonly revealed: Revealed | undefined
}): ReactNode {
  const query = useRead('calls.explain', { id: call.id })
  return (
    <div className="call-view">
      <Said call={call} />
      <ScreenedView call={call} revealed={revealed?.screened} />
      <Loaded query={query} rows={4}>
        {({ explanation: plain }) => {
          const explanation = revealed?.explanation ?? plain
          return explanation === undefined ? (
            <p className="quiet">
              The record does not keep what the decision saw, so that it cannot be explained any
              more.
            </p>
          ) : (
            <>
              <Since explanation={explanation} />
              <Remedies call={call} explanation={explanation} />
              <Policies explanation={explanation} />
            </>
          )
        }}
      </Loaded>
    </div>
  )
}

/** What the decision itself said. */
function Said({ call: { decision, approved, approval } }: { readonly call: Detail }): ReactNode {
  const obligations = Object.entries(decision?.obligations ?? {}).map(([name]) => name)
  const request = approved?.id ?? approval
  return (
    <Facts
      rows={[
        [
          'Approval',
          request === undefined ? undefined : (
            <PlaceLink to={{ page: 'approvals', item: request }}>
              {approved === undefined ? request : `approved by ${listText(approved.by)}`}
            </PlaceLink>
          ),
        ],
        ['Obligations', obligations.length === 0 ? undefined : obligations.join(', ')],
        [
          'Faults',
          decision === undefined || decision.errors.length === 0
            ? undefined
            : decision.errors.join(' · '),
        ],
      ]}
    />
  )
}

const VERDICTS: Readonly<Record<string, string>> = {
  permit: 'permitted',
  observed: 'let through, only observed',
  ask: 'held for approval',
  deny: 'denied',
}

/** Policies may have changed since the call. */
function Since({ explanation }: { readonly explanation: Explanation }): ReactNode {
  const { recorded, policySet, verdict, assumed } = explanation
  const isOther = recorded.policySet !== undefined && recorded.policySet !== policySet
  if (!isOther && assumed.length === 0) return null
  const then = VERDICTS[recorded.verdict ?? ''] ?? 'not decided'
  return (
    <div className="call-note">
      {isOther && (
        <p>
          Policies have changed since. Then this call was <b>{then}</b>; those in force now{' '}
          <b>{{ permit: 'permit it', ask: 'hold it for approval', deny: 'deny it' }[verdict]}</b>,
          and are what you see here.
        </p>
      )}
      {assumed.length > 0 && <p>Not on record, and assumed: {listText(assumed)}.</p>}
    </div>
  )
}

/** Those that decided; the others, when asked for. */
export function Policies({ explanation }: { readonly explanation: Explanation }): ReactNode {
  const [all, setAll] = useState(false)
  const { policies, obstacles } = explanation
  const screens = obstacles.some(({ policy }) => policy.startsWith('screen:'))
  const deciding = policies.filter(({ determines }) => determines)
  const others = policies.filter(({ determines }) => !determines)
  return (
    <Section
      title={deciding.length === 1 ? 'The policy that decides' : 'The policies that decide'}
      actions={
        others.length > 0 && (
          <Button size="small" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Hide' : 'Show'} {others.length} that {others.length === 1 ? 'does' : 'do'} not
          </Button>
        )
      }
    >
      {deciding.length === 0 && (
        <p className="quiet">
          {screens
            ? 'None: a screen denies it, because of what it carries.'
            : 'None: what no policy permits is denied.'}
        </p>
      )}
      {(all ? [...deciding, ...others] : deciding).map((policy) => (
        <PolicyCard key={policy.policy} policy={policy} />
      ))}
    </Section>
  )
}
