import type { ReactNode } from 'react'
import { Section } from '../../design/drawer.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { Pointer } from './changes.tsx'
import { SeverityChip } from './chips.tsx'
import { passageIn, unseenAgain } from './passage.ts'
import { TriageActions, TriageLine } from './triage.tsx'
import { counted, type Diff, SEVERITY_RANKS, type Triaged } from './words.ts'

/** What is wrong with a definition: what the one before it had not comes first. */
export function ItemFindings({ diff }: { readonly diff: Diff }): ReactNode {
  const { findings, newFindings, from, definition } = diff
  if (findings.length === 0) return null
  const fresh = new Set(newFindings.map(idOf))
  const rank = ({ finding }: Triaged): number =>
    SEVERITY_RANKS[finding.severity] + (fresh.has(idOf(finding)) ? 0 : 10)
  const sorted = findings.toSorted((one, other) => rank(one) - rank(other))
  return (
    <Section
      title="What was found in it"
      actions={<span className="quiet numbers">{counted(findings.length, 'finding')}</span>}
    >
      <ul className="definitions-changes">
        {sorted.map((triaged) => (
          <FindingCard
            key={`${triaged.fingerprint} ${idOf(triaged.finding)}`}
            triaged={triaged}
            definition={definition.definition}
            fresh={from !== undefined && fresh.has(idOf(triaged.finding))}
          />
        ))}
      </ul>
    </Section>
  )
}

function idOf({ rule, at, start, end }: Triaged['finding']): string {
  return `${rule} ${at} ${start} ${end}`
}

function FindingCard({
  triaged,
  definition,
  fresh,
}: {
  readonly triaged: Triaged
  readonly definition: unknown
  readonly fresh: boolean
}): ReactNode {
  const { finding } = triaged
  const { severity, rule, certainty, why, at, control } = finding
  return (
    <li className="definitions-change">
      <p className="definitions-change-head">
        <SeverityChip severity={severity} />
        <b>{why}</b>
        {fresh && <span className="definitions-new">new</span>}
        <TriageActions triaged={triaged} />
      </p>
      <p className="quiet">
        <code>{rule}</code>, {certainty}, control {control}, at <Pointer at={at} />
      </p>
      <PassageView finding={finding} definition={definition} />
      <TriageLine triaged={triaged} />
    </li>
  )
}

/** The passage, marked in what stands around it where the definition is at hand. */
export function PassageView({
  finding: { at, shown, via },
  definition,
}: {
  readonly finding: Triaged['finding']
  readonly definition?: unknown
}): ReactNode {
  if (shown === '') return null
  const around = via.length === 0 ? passageIn(definition, at, shown) : undefined
  return (
    <div className="definitions-passage">
      {via.length > 0 && <p className="quiet">Decoded from {via.join(', then ')}:</p>}
      <p>
        {around !== undefined && <VisibleText text={unseenAgain(around.before)} />}
        <mark>
          <VisibleText text={unseenAgain(shown)} />
        </mark>
        {around !== undefined && <VisibleText text={unseenAgain(around.after)} />}
      </p>
    </div>
  )
}
