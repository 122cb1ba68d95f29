import type { ReactNode } from 'react'
import { useRead } from '../../api/queries.ts'
import { PlaceLink, useGo, usePlace } from '../../app/place.tsx'
import { Drawer, Facts, Section } from '../../design/drawer.tsx'
import { JsonTree } from '../../design/json-tree.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { ChainPlace } from './chain-place.tsx'
import { type Event, OutcomeChip, subjectIn } from './event-parts.tsx'
import { eventWords } from './event-words.ts'
import { When } from './when.tsx'

/** One event: who, what, its details, and its place in the chain. */
export function EventDrawer({ id }: { readonly id: string }): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  const query = useRead('events.show', { id })
  const shown = query.data?.event
  return (
    <Drawer
      open
      eyebrow="Event"
      title={shown === undefined ? id : eventWords(shown.event)}
      onClose={() => go({ page: 'records', item: 'events', search })}
    >
      <Loaded query={query}>
        {({ event }) => (
          <>
            <Facts rows={factsOf(event)} />
            {event.detail !== undefined && (
              <Section title="Details">
                <JsonTree label="As recorded" value={event.detail} />
              </Section>
            )}
            {event.by !== undefined && (
              <Section title="Who did it">
                <JsonTree label="By what right" value={event.by} />
              </Section>
            )}
            <Section title="In the chain">
              <Facts
                rows={[
                  [
                    'Record',
                    <ChainPlace
                      key="place"
                      seq={event.seq}
                      hash={event.hash}
                      what={`record ${event.seq}`}
                    />,
                  ],
                ]}
              />
            </Section>
          </>
        )}
      </Loaded>
    </Drawer>
  )
}

function factsOf(event: Event): readonly (readonly [string, ReactNode])[] {
  const { subject, client, target, by } = event
  const about = (search: Readonly<Record<string, string>>, words: string): ReactNode => (
    <PlaceLink to={{ page: 'records', item: 'events', search }}>
      <VisibleText text={words} />
    </PlaceLink>
  )
  return [
    ['Event', <code key="event">{event.event}</code>],
    ['Id', <code key="id">{event.id}</code>],
    ['When', <When key="at" at={event.at} />],
    ['Outcome', <OutcomeChip key="outcome" outcome={event.outcome} />],
    ['About', subject === null ? 'nobody known' : about({ subject }, subject)],
    ['Client', client === null ? undefined : about({ client }, client)],
    [
      'Acted on',
      target && (
        <code>
          <VisibleText text={target} />
        </code>
      ),
    ],
    ['Done by', subjectIn(by) ?? (subject === null ? undefined : 'themselves')],
  ]
}
