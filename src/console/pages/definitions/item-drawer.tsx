import { FileQuestion } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRead } from '../../api/queries.ts'
import { PlaceLink, useGo, usePlace } from '../../app/place.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import { Drawer, Facts, Section } from '../../design/drawer.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { JsonTree } from '../../design/json-tree.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { Changes } from './changes.tsx'
import { SeverityChip, StatusChip, VerdictChip } from './chips.tsx'
import { Decide } from './decide.tsx'
import { ItemFindings } from './finding-card.tsx'
import { History } from './history.tsx'
import { type Named, namedBy } from './item-address.ts'
import { unseenAgain } from './passage.ts'
import { CAUSES, type Diff, KINDS, nameOf, STATUS_MEANS } from './words.ts'

/** One version of a definition: how it differs from what counts, what is wrong with it, and its history. */
export function ItemDrawer({ part }: { readonly part: string }): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  const named = namedBy(part, search)
  const { name: _, ...rest } = search
  return (
    <Drawer
      open
      wide
      eyebrow={named === undefined ? 'Definition' : `${KINDS[named.kind]} of ${named.server}`}
      title={<VisibleText text={named === undefined ? part : nameOf(named)} />}
      onClose={() => go({ page: 'definitions', item: 'all', search: rest })}
    >
      {named === undefined ? (
        <EmptyState icon={FileQuestion} title="This address names no definition" />
      ) : (
        <Content named={named} />
      )}
    </Drawer>
  )
}

function Content({ named }: { readonly named: Named }): ReactNode {
  const query = useRead('definitions.show', named)
  return (
    <Loaded query={query} rows={8}>
      {(diff) => (
        <>
          <Standing diff={diff} />
          <Decide diff={diff} />
          <Changes diff={diff} />
          <ItemFindings diff={diff} />
          <Whole diff={diff} />
          <History diff={diff} />
        </>
      )}
    </Loaded>
  )
}

function Standing({ diff: { definition, risk, from } }: { readonly diff: Diff }): ReactNode {
  const { status, cause, listed, verdict, seen, decided, by, reason, digest, server } = definition
  return (
    <>
      <p className="definitions-standing">
        <StatusChip status={status} />
        <span>{STATUS_MEANS[status]}</span>
      </p>
      <Facts
        rows={[
          [
            'Server',
            <PlaceLink key="server" to={{ page: 'servers', item: server }}>
              {server}
            </PlaceLink>,
          ],
          [
            'Why it came',
            <span key="cause">
              {CAUSES[cause]}, <Time at={seen} />
              {!listed && '; its server does not list it any more'}
            </span>,
          ],
          ['Risk', <SeverityChip key="risk" severity={risk} />],
          ['Verdict', <VerdictChip key="verdict" verdict={verdict} />],
          [
            'Decided',
            decided && (
              <span key="decided">
                <Time at={decided} />
                {by !== undefined && (
                  <>
                    {' '}
                    by{' '}
                    {by === 'first-sight' ? 'the configuration, at first sight' : <code>{by}</code>}
                  </>
                )}
              </span>
            ),
          ],
          ['Because', reason && <VisibleText key="reason" text={reason} />],
          [
            'SHA-256',
            <span key="digest" className="definitions-digest">
              <code>{digest}</code>
              <CopyButton text={digest} what="digest" />
            </span>,
          ],
          ['Stands against', from && <code key="from">{from.digest}</code>],
        ]}
      />
    </>
  )
}

/** All of it, in which what nobody sees is marked where it stands. */
function Whole({ diff: { definition } }: { readonly diff: Diff }): ReactNode {
  return (
    <Section title="Definition in full">
      <JsonTree label="As its server lists it" value={restored(definition.definition)} />
    </Section>
  )
}

/** What was spelled out, for components that mark it themselves. */
function restored(value: unknown): never {
  return JSON.parse(JSON.stringify(value), (_, inner) =>
    typeof inner === 'string' ? unseenAgain(inner) : inner,
  ) as never
}
