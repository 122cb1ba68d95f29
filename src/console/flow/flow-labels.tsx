import './flow.css'
import type { ReactNode } from 'react'
import { PlaceLink } from '../app/place.tsx'
import { Chip, Chips } from '../design/chip.tsx'
import { Facts } from '../design/drawer.tsx'
import { Time } from '../design/time.tsx'
import type { Flow } from './flow-facts.ts'

/** What was read before a call, by labels. */
export function FlowLabels({ flow }: { readonly flow: Flow }): ReactNode {
  const { context, readUntrusted, readConfidential, since, classes, complete, carries } = flow
  const anything = readUntrusted || readConfidential
  return (
    <Facts
      rows={[
        [
          'Has read',
          <span key="read" className="chips">
            {!anything && 'nothing untrusted, nothing confidential'}
            {readUntrusted && (
              <>
                <Chip tone="bad">untrusted text</Chip>
                {since !== undefined && (
                  <span className="quiet">
                    since <Time at={since} />
                  </span>
                )}
              </>
            )}
            {readConfidential && <Chip tone="wait">confidential data</Chip>}
          </span>,
        ],
        ['Kinds of data', classes.length === 0 ? undefined : <Chips key="kinds" of={classes} />],
        ['Carries out', carries.length === 0 ? undefined : <Chips key="out" of={carries} />],
        [
          'Memory',
          complete
            ? undefined
            : 'not complete: what nobody vouches for counts as untrusted since then',
        ],
        [
          'Context',
          context === '' ? undefined : (
            <PlaceLink
              key="context"
              to={{ page: 'approvals', search: { view: 'contexts', context } }}
            >
              <code>{context}</code>
            </PlaceLink>
          ),
        ],
      ]}
    />
  )
}
