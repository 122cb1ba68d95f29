import { CircleCheck, CircleHelp, OctagonX } from 'lucide-react'
import type { ReactNode } from 'react'
import { PlaceLink } from '../../../app/place.tsx'
import { Chip } from '../../../design/chip.tsx'
import { CodeBlock } from '../../../design/code-block.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { segmentsOf } from '../segments.ts'
import type { ExplainedPolicy } from './detail.ts'

type Clause = ExplainedPolicy['clauses'][number]

const OUTCOMES: Readonly<Record<string, string>> = {
  true: 'holds',
  false: 'does not hold',
  fault: 'could not be evaluated',
}

/** A policy as its author wrote it, with the clauses that decided marked. */
export function PolicyCard({ policy }: { readonly policy: ExplainedPolicy }): ReactNode {
  const { policy: id, effect, mode, file, line, text, outcome, reason, scope, clauses } = policy
  const misfits = scope.filter(({ fits }) => !fits)
  return (
    <article className="call-policy" aria-label={`Policy ${id}`}>
      <header className="call-policy-head">
        <PlaceLink to={{ page: 'policies', item: 'in-force', part: id }}>
          <VisibleText text={id} />
        </PlaceLink>
        <Chip
          tone={effect === 'permit' ? 'good' : 'bad'}
          icon={effect === 'permit' ? CircleCheck : OctagonX}
        >
          {effect === 'permit' ? 'permits' : 'forbids'}
        </Chip>
        {mode === 'observe' && <Chip tone="note">only observed</Chip>}
        {outcome !== 'applies' && <Chip icon={CircleHelp}>{outcome}</Chip>}
      </header>
      {reason !== undefined && <p>{reason}</p>}
      {text === undefined ? (
        <p className="quiet">Its file is not at hand.</p>
      ) : (
        <CodeBlock label={`${file}:${line}`} text={text}>
          {segmentsOf(text, clauses).map(({ start, text: piece, clause }) =>
            clause === undefined ? (
              <VisibleText key={start} text={piece} />
            ) : (
              <ClauseText key={start} clause={clause} text={piece} />
            ),
          )}
        </CodeBlock>
      )}
      {misfits.length > 0 && (
        <p className="quiet">
          Its scope does not fit: <code>{misfits.map((part) => part.text).join(', ')}</code>
        </p>
      )}
      <Clauses clauses={clauses} hasText={text !== undefined} />
    </article>
  )
}

function ClauseText({
  clause,
  text,
}: {
  readonly clause: Clause
  readonly text: string
}): ReactNode {
  const said = clause.reached ? OUTCOMES[clause.outcome] : 'not reached'
  if (!clause.decides)
    return (
      <span title={said}>
        <VisibleText text={text} />
      </span>
    )
  return (
    <mark className="call-decides" data-outcome={clause.outcome} title={`decides: ${said}`}>
      <VisibleText text={text} />
      <span className="unseen"> (decides: {said}) </span>
    </mark>
  )
}

/** What deciding clauses came to; with the values that they read, if those may be seen. */
function Clauses({
  clauses,
  hasText,
}: {
  readonly clauses: readonly Clause[]
  readonly hasText: boolean
}): ReactNode {
  const told = clauses.filter(({ decides, at }) => decides || (at === undefined && !hasText))
  if (told.length === 0) return null
  return (
    <ul className="call-clauses">
      {told.map(({ text, outcome, fault, reads }) => (
        <li key={text}>
          <p>
            <code>
              <VisibleText text={text} />
            </code>{' '}
            <span className="quiet">
              {OUTCOMES[outcome]}
              {fault !== undefined && `: ${fault}`}
            </span>
          </p>
          {reads.some(({ value }) => value !== undefined) && (
            <dl className="call-reads">
              {reads.map(({ path, value = '', influence }) => (
                <div key={path}>
                  <dt>
                    <code>{path}</code> <span className="quiet">by the {influence}</span>
                  </dt>
                  <dd>
                    <code>
                      <VisibleText text={value} />
                    </code>
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </li>
      ))}
    </ul>
  )
}
