import type { ReactNode } from 'react'
import { Section } from '../../design/drawer.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { SeverityChip } from './chips.tsx'
import { unseenAgain } from './passage.ts'
import { type Change, counted, type Diff, meaningOf, SEVERITY_RANKS } from './words.ts'

/** How a definition differs from what was approved before it: by what it means, the worst first. */
export function Changes({
  diff: { changes, from, definition },
}: {
  readonly diff: Diff
}): ReactNode {
  if (from === undefined)
    return definition.status === 'quarantined' ? (
      <Section title="What changed">
        <p className="quiet">
          Nothing of this name was approved before, so there is nothing to compare it with: all of
          it is new.
        </p>
      </Section>
    ) : null
  const sorted = changes.toSorted(
    (one, other) => SEVERITY_RANKS[one.severity] - SEVERITY_RANKS[other.severity],
  )
  return (
    <Section
      title="What changed"
      actions={<span className="quiet numbers">{counted(changes.length, 'change')}</span>}
    >
      {changes.length === 0 && <p className="quiet">Nothing.</p>}
      <ul className="definitions-changes">
        {sorted.map((change) => (
          <ChangeCard key={`${change.kind} ${change.at} ${change.meaning}`} change={change} />
        ))}
      </ul>
    </Section>
  )
}

const VERBS = { added: 'added', removed: 'removed', changed: 'changed' } as const

function ChangeCard({ change }: { readonly change: Change }): ReactNode {
  const { at, kind, meaning, severity, why } = change
  return (
    <li className="definitions-change">
      <p className="definitions-change-head">
        <SeverityChip severity={severity} />
        <b>{meaningOf(meaning)}</b>
        <span className="quiet">
          {VERBS[kind]} at <Pointer at={at} />
        </span>
      </p>
      <p className="definitions-why">{why}.</p>
      <Texts change={change} />
    </li>
  )
}

/** Where in a definition something is. */
export function Pointer({ at }: { readonly at: string }): ReactNode {
  if (at === '') return 'the whole of it'
  return (
    <code>
      <VisibleText text={at} />
    </code>
  )
}

const SIGNS = { added: '+', removed: '−' } as const

function Texts({ change: { before, after, words } }: { readonly change: Change }): ReactNode {
  if (words !== undefined)
    return (
      <div className="definitions-words">
        <Side kind="removed" runs={words.filter(({ kind }) => kind !== 'added')} />
        <Side kind="added" runs={words.filter(({ kind }) => kind !== 'removed')} />
      </div>
    )
  return (
    <div className="definitions-words">
      {before !== undefined && <Side kind="removed" runs={[{ kind: 'removed', text: before }]} />}
      {after !== undefined && <Side kind="added" runs={[{ kind: 'added', text: after }]} />}
    </div>
  )
}

interface Run {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** What was, or what is: with the words marked that the other has not. */
function Side({
  kind,
  runs,
}: {
  readonly kind: 'removed' | 'added'
  readonly runs: readonly Run[]
}): ReactNode {
  return (
    <div className="definitions-side" data-kind={kind}>
      <span aria-hidden>{SIGNS[kind]}</span>
      <span className="unseen">{kind === 'removed' ? 'before: ' : 'after: '}</span>
      <p>
        {placed(runs).map(({ at, run }) =>
          run.kind === 'same' ? (
            <VisibleText key={at} text={unseenAgain(run.text)} />
          ) : (
            <Word key={at} run={run} />
          ),
        )}
      </p>
    </div>
  )
}

function Word({ run: { kind, text } }: { readonly run: Run }): ReactNode {
  const words = <VisibleText text={unseenAgain(text)} />
  return kind === 'removed' ? <del>{words}</del> : <ins>{words}</ins>
}

function placed(runs: readonly Run[]) {
  let at = 0
  return runs.map((run) => {
    const start = at
    at += run.text.length
    return { at: start, run }
  })
}
