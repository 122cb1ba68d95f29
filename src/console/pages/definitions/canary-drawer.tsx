import { Bird } from 'lucide-react'
import type { ReactNode } from 'react'
import { useList } from '../../api/lists.ts'
import { useChange } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { PlaceLink, useGo, usePlace } from '../../app/place.tsx'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { Chip } from '../../design/chip.tsx'
import { useConfirm } from '../../design/confirm.tsx'
import { Drawer, Facts, Section } from '../../design/drawer.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { LoadMore } from '../../design/load-more.tsx'
import { SkeletonRows } from '../../design/skeleton.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { CANARY_KINDS, type Canary, type Sighting, sightedIn } from './canary-words.ts'

/** One decoy: where it was planted, and where it turned up. What it is nobody is told again. */
export function CanaryDrawer({ canary }: { readonly canary: Canary | undefined }): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  return (
    <Drawer
      open
      eyebrow="Decoy"
      title={canary === undefined ? 'No such decoy' : <VisibleText text={canary.place} />}
      onClose={() => go({ page: 'definitions', item: 'canaries', search })}
    >
      {canary === undefined ? (
        <EmptyState icon={Bird} title="It is not among those that are shown" />
      ) : (
        <Detail canary={canary} />
      )}
    </Drawer>
  )
}

function Detail({ canary }: { readonly canary: Canary }): ReactNode {
  const { id, kind, server, principal, planted, by, retired } = canary
  return (
    <>
      <Facts
        rows={[
          ['Looks like', CANARY_KINDS[kind]],
          ['Server', server ?? 'any'],
          [
            'Among the data of',
            principal === undefined ? 'everybody' : <code key="of">{principal}</code>,
          ],
          ['Planted', <Time key="planted" at={planted} />],
          ['By', <code key="by">{by}</code>],
          ['Retired', retired && <Time key="retired" at={retired} />],
          ['Id', <code key="id">{id}</code>],
        ]}
      />
      {retired === undefined && <Retire canary={canary} />}
      <Sightings id={id} />
    </>
  )
}

function Retire({ canary: { id, place } }: { readonly canary: Canary }): ReactNode {
  const may = useMay('settings.write')
  const retire = useChange('canaries.retire')
  const { ask, dialog } = useConfirm()
  if (!may) return null
  return (
    <div className="actions">
      <Button
        look="danger"
        onClick={() =>
          ask({
            title: 'Retire this decoy?',
            verb: 'Retire it',
            words: 'Wherever it turns up from now on, nobody is told, and nothing is stopped.',
            run: async () => {
              await retire.mutateAsync({ id })
              say('Retired', place)
            },
          })
        }
      >
        Retire
      </Button>
      {dialog}
    </div>
  )
}

function Sightings({ id }: { readonly id: string }): ReactNode {
  const list = useList('canaries.sightings', { canary: id, limit: '50' }, { every: 15_000 })
  return (
    <Section title="Where it turned up">
      {list.loading && <SkeletonRows count={2} />}
      {list.error !== null && list.items.length === 0 && (
        <ErrorPanel error={list.error} onRetry={list.again} />
      )}
      {!list.loading && list.error === null && list.items.length === 0 && (
        <p className="quiet">Nowhere so far.</p>
      )}
      <ul className="rows">
        {list.items.map((sighting) => (
          <SightingRow key={sighting.id} sighting={sighting} />
        ))}
      </ul>
      {list.more && (
        <LoadMore
          shown={list.items.length}
          what="sightings"
          more
          busy={list.loadingMore}
          onMore={list.loadMore}
        />
      )}
    </Section>
  )
}

function SightingRow({ sighting }: { readonly sighting: Sighting }): ReactNode {
  const { at, call, subject, client, server, target, part, stopped } = sighting
  const where = `${server}:${target}`
  return (
    <li>
      <span className="rows-main two-lines">
        <span>
          In {sightedIn(part)}
          {call !== '' && (
            <>
              ,{' '}
              <PlaceLink to={{ page: 'live', item: call }} label={`Call to ${where}`}>
                <VisibleText text={where} />
              </PlaceLink>
            </>
          )}
        </span>
        <span className="quiet">
          <VisibleText text={subject} /> with <VisibleText text={client} />, <Time at={at} />
        </span>
      </span>
      {stopped && <Chip tone="bad">session stopped</Chip>}
    </li>
  )
}
