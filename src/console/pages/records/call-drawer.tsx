import { ArrowUpRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { useRead } from '../../api/queries.ts'
import { PlaceLink, useGo, usePlace } from '../../app/place.tsx'
import { StateChip } from '../../design/chip.tsx'
import { Drawer, Facts, Section } from '../../design/drawer.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { ChainPlace } from './chain-place.tsx'
import { VerdictChip } from './verdict-chip.tsx'
import { When } from './when.tsx'

type Call = Output<'calls.show'>['call']

/** One call as evidence: who, what, how it ended, and where its records stand in the chain. */
export function CallDrawer({ id }: { readonly id: string }): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  const query = useRead('calls.show', { id })
  const call = query.data?.call
  return (
    <Drawer
      open
      wide
      eyebrow="Call"
      title={<VisibleText text={call === undefined ? id : `${call.server}:${call.target}`} />}
      actions={
        <PlaceLink to={{ page: 'live', item: id }} className="button">
          Why it was decided so
          <ArrowUpRight aria-hidden />
        </PlaceLink>
      }
      onClose={() => go({ page: 'records', item: 'calls', search })}
    >
      <Loaded query={query}>
        {({ call: shown }) => (
          <>
            <Facts rows={factsOf(shown)} />
            <Section title="In the chain">
              <Facts
                rows={[
                  ...shown.records.map(
                    ({ kind, seq, hash, at }) =>
                      [
                        RECORD_WORDS[kind] ?? kind,
                        <span key={seq} className="two-lines">
                          <ChainPlace seq={seq} hash={hash} what={`record ${seq}`} />
                          <When at={at} />
                        </span>,
                      ] as const,
                  ),
                  ['Records after it', `${shown.chain.after}, each of which holds it fast`],
                  [
                    'Head',
                    <ChainPlace key="head" {...shown.chain.head} what="the head of the chain" />,
                  ],
                ]}
              />
            </Section>
            <Section title="Digests">
              <Facts rows={digestsOf(shown)} />
            </Section>
          </>
        )}
      </Loaded>
    </Drawer>
  )
}

const RECORD_WORDS: Readonly<Record<string, string>> = { intent: 'It left', outcome: 'It ended' }

function factsOf(call: Call): readonly (readonly [string, ReactNode])[] {
  const { id, method, subject, actors, client, claims, grant, outcome, error } = call
  const by = (search: Readonly<Record<string, string>>, words: string): ReactNode => (
    <PlaceLink to={{ page: 'records', item: 'calls', search }}>
      <VisibleText text={words} />
    </PlaceLink>
  )
  return [
    ['Id', <code key="id">{id}</code>],
    ['When', <When key="at" at={call.at} />],
    ['Method', method && <code>{method}</code>],
    ['For', subject === null ? 'nobody known' : by({ subject }, subject)],
    ['Acted by', actors.join(', ')],
    ['Client', client === null ? undefined : by({ client }, client)],
    ['Says it is', claims && <VisibleText text={claims} />],
    ['Grant', grant === null ? undefined : by({ grant }, grant)],
    ['Decision', <VerdictChip key="verdict" verdict={call.verdict} />],
    [
      'Policies',
      call.policies.length > 0 && (
        <span className="records-place">
          {call.policies.map((policy) => (
            <span key={policy}>{by({ policy }, policy)} </span>
          ))}
        </span>
      ),
    ],
    ['Outcome', outcome === null ? 'no end on record' : <StateChip state={outcome} />],
    ['Error', error && <code>{error}</code>],
    ['Took', call.duration === undefined ? undefined : `${Math.round(call.duration)} ms`],
    [
      'Approval',
      call.approval && (
        <PlaceLink to={{ page: 'approvals', item: call.approval }}>{call.approval}</PlaceLink>
      ),
    ],
  ]
}

function digestsOf(call: Call): readonly (readonly [string, ReactNode])[] {
  const printed = (value: Call['result']): ReactNode =>
    value && (
      <>
        <code>{value.digest}</code> <span className="quiet">{value.size} bytes</span>
      </>
    )
  return [
    ['Arguments', printed(call.arguments)],
    ['As forwarded', printed(call.forwarded?.arguments)],
    ['Result', printed(call.result)],
    ['Definition', call.definition && <code>{call.definition}</code>],
    ['Policies', call.policySet && <code>{call.policySet}</code>],
  ]
}
