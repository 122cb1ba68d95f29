import type { ReactNode } from 'react'
import { useRead } from '../../../api/queries.ts'
import { PlaceLink, useGo, usePlace } from '../../../app/place.tsx'
import { Chips } from '../../../design/chip.tsx'
import { CodeBlock } from '../../../design/code-block.tsx'
import { Drawer, Facts, Section } from '../../../design/drawer.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { CedarText } from '../language/cedar-text.tsx'
import { AccessChip } from './access-chip.tsx'
import type { Known, Row } from './matrix.ts'

const MEANINGS: Readonly<Record<string, string>> = {
  permit:
    'Every call is permitted, whatever its arguments. Limits and scopes of the token still hold.',
  ask: 'A call waits for a person, who sees exactly what will happen and can say no.',
  depends:
    'Some calls are permitted and others are not: it hangs on the arguments, on what they mean, or on the circumstances. Put a call to a test to know.',
  never: 'Every call is denied, and nobody can lift that.',
}

/** Why a cell says what it says. */
export function AccessDrawer({
  rows,
  subjects,
}: {
  readonly rows: readonly Row[]
  readonly subjects: readonly Known[]
}): ReactNode {
  const go = useGo()
  const { part, search } = usePlace()
  const inForce = useRead('policies.list', {}, { when: part !== undefined }).data?.policies ?? []
  if (part === undefined) return null
  const { cell: wanted, ...rest } = search
  const cell = rows
    .find(({ target }) => target === part)
    ?.cells.find((one) => one?.subject === wanted)
  const who = subjects.find(({ subject }) => subject === wanted)
  return (
    <Drawer
      open
      eyebrow="Access"
      title={<VisibleText text={part} />}
      onClose={() => go({ page: 'policies', item: 'access', search: rest })}
    >
      {cell === undefined ? (
        <p className="quiet">Nothing is known of this pair.</p>
      ) : (
        <>
          <Facts
            rows={[
              ['Access', <AccessChip key="access" access={cell.access} />],
              ['Subject', <code key="subject">{cell.subject}</code>],
              ['Groups', who === undefined ? undefined : <Chips key="groups" of={who.groups} />],
              ['Tool', <code key="target">{cell.target}</code>],
            ]}
          />
          <p>{MEANINGS[cell.access]}</p>
          <Section
            title={cell.by.length === 1 ? 'The policy that says so' : 'Policies that say so'}
          >
            {cell.by.length === 0 && (
              <p className="quiet">
                None: no policy permits it, and what no policy permits is denied.
              </p>
            )}
            {cell.by.map((id) => {
              const policy = inForce.find((one) => one.id === id)
              if (policy === undefined) return <code key={id}>{id}</code>
              return (
                <div key={id} className="policies-by">
                  <CodeBlock text={policy.text} label={`${policy.file}, line ${policy.line}`}>
                    <CedarText text={policy.text} />
                  </CodeBlock>
                  <PlaceLink to={{ page: 'policies', item: 'in-force', part: id }}>
                    {id}, with what it decided lately
                  </PlaceLink>
                </div>
              )
            })}
          </Section>
        </>
      )}
    </Drawer>
  )
}
