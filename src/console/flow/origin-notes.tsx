import './flow.css'
import type { ReactNode } from 'react'
import { ORIGIN_MEANINGS } from '../../kernel/flow-words.ts'
import { VisibleText } from '../design/visible-text.tsx'
import { type FlowValue, steers } from './flow-facts.ts'
import { OriginChip } from './origin-chip.tsx'
import { Quote, SourceCall } from './sighting.tsx'

/** Beside an argument: where each of its values came from, quoted where others may have chosen it. */
export function OriginNotes({ values }: { readonly values: readonly FlowValue[] }): ReactNode {
  if (values.length === 0) return null
  return (
    <ul className="flow-notes">
      {values.map((one) => (
        <li key={`${one.at} ${one.value} ${one.link}`} data-foreign={steers(one) || undefined}>
          <OriginNote of={one} />
        </li>
      ))}
    </ul>
  )
}

function OriginNote({ of }: { readonly of: FlowValue }): ReactNode {
  const { value = '', origin, link, sightings } = of
  return (
    <>
      <p className="flow-note">
        <OriginChip origin={origin} calm={!steers(of)} />
        <span>
          {link && 'The link '}
          <code>
            <VisibleText text={value} />
          </code>{' '}
          {ORIGIN_MEANINGS[origin]}
          {sightings.length > 0 && steers(of) ? ':' : '.'}
        </span>
      </p>
      {sightings.slice(0, steers(of) ? sightings.length : 1).map((sighting) => (
        <figure key={`${sighting.call} ${sighting.field}`} className="flow-seen">
          <figcaption>
            In the answer of <SourceCall of={sighting} />
            {(sighting.field ?? '') !== '' && (
              <>
                , at{' '}
                <code>
                  <VisibleText text={sighting.field ?? ''} />
                </code>
              </>
            )}
          </figcaption>
          {steers(of) && <Quote of={sighting} value={value} />}
        </figure>
      ))}
    </>
  )
}
