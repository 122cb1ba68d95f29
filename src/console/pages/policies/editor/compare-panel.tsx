import { ArrowRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../../api/call.ts'
import { useRead } from '../../../api/queries.ts'
import { Chip, Chips, type Tone } from '../../../design/chip.tsx'
import { Section } from '../../../design/drawer.tsx'
import { Loaded } from '../../../design/loaded.tsx'
import { AccessChip } from '../access/access-chip.tsx'
import { SubjectField, useSubjects } from '../access/subject-field.tsx'
import { CannotBeLoaded } from './cannot-be-loaded.tsx'
import type { Draft } from './draft.ts'
import { TextDiff } from './text-diff.tsx'
import { useSettled } from './use-check.ts'

type Diff = Output<'policies.diff'>

const KINDS: Readonly<Record<string, readonly [tone: Tone, word: string]>> = {
  added: ['good', 'added'],
  removed: ['bad', 'removed'],
  changed: ['wait', 'changed'],
  meaning: ['wait', 'decides otherwise'],
  words: ['plain', 'other words, same meaning'],
}

/** What a draft changes of what is in force: rules, and what somebody can do then. */
export function ComparePanel({
  draft,
  loads,
}: {
  readonly draft: Draft
  /** Undefined until the gateway has said so. */
  readonly loads: boolean | undefined
}): ReactNode {
  const who = useSubjects()
  const files = useSettled(draft.files)
  const query = useRead(
    'policies.diff',
    { files, ...who.scope },
    { when: loads === true, keep: true },
  )
  if (loads === false) return <CannotBeLoaded />
  return (
    <div className="policies-compare">
      <p className="policies-compare-who">
        <span className="quiet">Against what is in force, for</span>
        <SubjectField who={who} />
      </p>
      <Loaded query={query} rows={4}>
        {(diff) => <Differences diff={diff} />}
      </Loaded>
    </div>
  )
}

function Differences({ diff }: { readonly diff: Diff }): ReactNode {
  const { policies, definitions, access, before, after } = diff
  if (before === after) return <p className="quiet">This draft decides as what is in force does.</p>
  return (
    <>
      <Section
        title={`Who can do what: ${access.length} ${access.length === 1 ? 'change' : 'changes'}`}
      >
        {access.length === 0 ? (
          <p className="quiet">None, for whom you ask about.</p>
        ) : (
          <ul className="rows">
            {access.map(({ subject, target, before: was, after: now, by }) => (
              <li key={`${subject} ${target}`}>
                <span className="rows-main">
                  <code>{target}</code> <span className="quiet">{subject}</span>
                </span>
                <AccessChip access={was} />
                <ArrowRight aria-label="becomes" className="policies-arrow" />
                <AccessChip access={now} />
                <Chips of={by} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="What is written">
        <ul className="policies-changes">
          {definitions.map(({ what, name, kind }) => (
            <li key={`${what} ${name}`}>
              {what} <code>{name}</code> <Kind kind={kind} />
            </li>
          ))}
          {policies.map(({ policy, kind, parts, before: was = '', after: now = '' }) => (
            <li key={policy}>
              <span className="policies-change-head">
                <code>{policy}</code> <Kind kind={kind} /> <Chips of={parts} />
              </span>
              <TextDiff label={policy} before={was} after={now} />
            </li>
          ))}
        </ul>
      </Section>
    </>
  )
}

function Kind({ kind }: { readonly kind: string }): ReactNode {
  const [tone, word] = KINDS[kind] ?? ['plain', kind]
  return <Chip tone={tone}>{word}</Chip>
}
