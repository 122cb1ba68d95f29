import type { ReactNode } from 'react'
import { Chips } from '../../design/chip.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { Facts, Section } from '../../design/drawer.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { StateChip } from './state-chip.tsx'
import type { Secret } from './view.ts'
import { ownerWords, PLACES, referenceTo, STATES } from './words.ts'

/** What is known of a secret: everything but its value. */
export function SecretFacts({ secret }: { readonly secret: Secret }): ReactNode {
  const { owner, purpose, servers, version, overlaps, state } = secret
  return (
    <>
      <Facts
        rows={[
          [
            'State',
            <span key="state" className="two-lines">
              <span>
                <StateChip state={state} />
              </span>
              <span className="quiet">{STATES[state].means}</span>
            </span>,
          ],
          ['Whose', <VisibleText key="owner" text={ownerWords(owner)} />],
          ['Purpose', <VisibleText key="purpose" text={purpose} />],
          ['May be given to', <Chips key="servers" of={servers} />],
          [
            'Version',
            overlaps ? `${version}; the one before it still is accepted` : String(version),
          ],
          ['Kept since', <Time key="created" at={secret.created} />],
          ['Value changed', <Time key="changed" at={secret.changed} />],
          ['Last use', <Time key="used" at={secret.used} />],
          ['Due', secret.due === undefined ? 'never' : <Time key="due" at={secret.due} />],
          ['Ends', secret.expires && <Time key="expires" at={secret.expires} />],
        ]}
      />
      <CodeBlock label="How a configuration names it" text={referenceTo(secret)} />
    </>
  )
}

/** Where a secret was seen outside of the vault, the latest first. */
export function Exposures({ secret: { exposures } }: { readonly secret: Secret }): ReactNode {
  if (exposures.length === 0) return null
  return (
    <Section title="Seen outside">
      <ul className="rows">
        {exposures.toReversed().map(({ at, place, where }) => (
          <li key={`${at} ${place} ${where}`}>
            <span className="rows-main">
              {PLACES[place]}{' '}
              <code>
                <VisibleText text={where} />
              </code>
            </span>
            <span className="quiet">
              <Time at={at} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
