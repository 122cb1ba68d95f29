import './flow.css'
import {
  ArrowDown,
  Braces,
  CornerDownRight,
  MessageSquareText,
  Quote as QuoteIcon,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { ORIGIN_MEANINGS, ROLE_MEANINGS } from '../../kernel/flow-words.ts'
import { Section } from '../design/drawer.tsx'
import { VisibleText } from '../design/visible-text.tsx'
import { type Flow, type FlowSighting, type FlowValue, steers, worstFirst } from './flow-facts.ts'
import { FlowLabels } from './flow-labels.tsx'
import { OriginChip } from './origin-chip.tsx'
import { Quote, SourceCall } from './sighting.tsx'

/** The path of each value of a call: message, field, value, argument. */
export function WhereFrom({ flow }: { readonly flow: Flow | undefined }): ReactNode {
  return (
    <Section
      title="Where values came from"
      actions={flow && <span className="quiet numbers">{flow.values.length}</span>}
    >
      {flow === undefined ? (
        <p className="quiet">
          The record does not say: nobody followed the flow of data then, or it was too large to
          keep.
        </p>
      ) : (
        <>
          <FlowLabels flow={flow} />
          {flow.values.length === 0 && (
            <p className="quiet">No argument holds a value to follow.</p>
          )}
          <div className="flow-paths">
            {worstFirst(flow.values).map((one, index) => (
              <ValuePath key={`${one.at} ${one.value} ${index}`} of={one} />
            ))}
          </div>
        </>
      )}
    </Section>
  )
}

function ValuePath({ of }: { readonly of: FlowValue }): ReactNode {
  const { at, role, origin, link, value, sightings } = of
  return (
    <article
      className="flow-path"
      data-foreign={steers(of) || undefined}
      aria-label={`${role}${at === undefined ? '' : ` ${at}`}`}
    >
      <header className="flow-path-head">
        <OriginChip origin={origin} calm={!steers(of)} />
        <span>
          <b>{role}</b>, {ROLE_MEANINGS[role]}
          {link && ': a link in it'}
        </span>
      </header>
      <p className="quiet">It {ORIGIN_MEANINGS[origin]}.</p>
      <ol className="flow-steps">
        {sightings.map((sighting) => (
          <Source key={`${sighting.call} ${sighting.field}`} of={sighting} value={value ?? ''} />
        ))}
        {value !== undefined && (
          <li>
            <QuoteIcon aria-hidden />
            <span className="quiet">Value</span>
            <code>
              <VisibleText text={value} />
            </code>
          </li>
        )}
        {at !== undefined && (
          <li>
            <CornerDownRight aria-hidden />
            <span className="quiet">Argument</span>
            <code>
              <VisibleText text={at} />
            </code>
          </li>
        )}
      </ol>
    </article>
  )
}

function Source({ of, value }: { readonly of: FlowSighting; readonly value: string }): ReactNode {
  const { field = '' } = of
  return (
    <>
      <li>
        <MessageSquareText aria-hidden />
        <span className="quiet">Answer of</span>
        <span>
          <SourceCall of={of} />
        </span>
      </li>
      {field !== '' && (
        <li>
          <Braces aria-hidden />
          <span className="quiet">Field</span>
          <code>
            <VisibleText text={field} />
          </code>
        </li>
      )}
      {(of.quote ?? '') !== '' && (
        <li>
          <ArrowDown aria-hidden />
          <span className="quiet">It says</span>
          <Quote of={of} value={value} />
        </li>
      )}
    </>
  )
}
