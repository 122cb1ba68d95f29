import type { ReactNode } from 'react'
import { PlaceLink } from '../../../app/place.tsx'
import { CopyButton } from '../../../design/copy-button.tsx'
import { Facts, Section } from '../../../design/drawer.tsx'
import { exactTime } from '../../../design/time.tsx'
import type { Detail } from './detail.ts'

/** Where the call stands in the chain of records. */
export function RecordView({ call }: { readonly call: Detail }): ReactNode {
  const { id, records, chain, policySet, definition } = call
  return (
    <div className="call-view">
      {records.map(({ seq, at, kind, hash, previous }) => (
        <Section
          key={seq}
          title={`Record ${seq}: ${kind === 'intent' ? 'before it left' : 'how it ended'}`}
        >
          <Facts
            rows={[
              [
                'Recorded',
                <time key="at" dateTime={at}>
                  {exactTime(Date.parse(at))}
                </time>,
              ],
              ['Hash', <Hash key="hash" text={hash} what={`hash of record ${seq}`} />],
              [
                'Record before',
                previous === undefined ? (
                  'none: it is the first'
                ) : (
                  <Hash key="previous" text={previous} what={`hash of record ${seq - 1}`} />
                ),
              ],
            ]}
          />
        </Section>
      ))}
      <Section title="In the chain">
        <Facts
          rows={[
            ['Held fast by', `${chain.after} ${chain.after === 1 ? 'record' : 'records'} after it`],
            ['Head', <Hash key="head" text={chain.head.hash} what="hash of the head" />],
            ['Head is', `record ${chain.head.seq}`],
            [
              'Policies',
              policySet && <Hash key="set" text={policySet} what="hash of the policies" />,
            ],
            [
              'Definition',
              definition && (
                <Hash key="definition" text={definition} what="hash of the definition" />
              ),
            ],
            ['Call', <Hash key="id" text={id} what="id of the call" />],
          ]}
        />
        <p>
          <PlaceLink to={{ page: 'records' }}>Verify the chain</PlaceLink>
        </p>
      </Section>
    </div>
  )
}

function Hash({ text, what }: { readonly text: string; readonly what: string }): ReactNode {
  return (
    <span className="call-only">
      <code className="call-hash">{text}</code>
      <CopyButton text={text} what={what} />
    </span>
  )
}
