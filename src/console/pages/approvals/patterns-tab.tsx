import { Repeat2 } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { useList } from '../../api/lists.ts'
import { useChange } from '../../api/queries.ts'
import { useMay, useMe } from '../../app/me.tsx'
import { PlaceLink, useFilter } from '../../app/place.tsx'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { Chips, StateChip } from '../../design/chip.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { useConfirm } from '../../design/confirm.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { LoadMore } from '../../design/load-more.tsx'
import { SkeletonRows } from '../../design/skeleton.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { canonicalJson } from './canonical-json.ts'
import { Expiry } from './expiry.tsx'
import { nameOf } from './groups.ts'

type Pattern = Output<'approvals.patterns'>['items'][number]

/** What was approved together: what passes without anybody being asked, until when. */
export function PatternsTab(): ReactNode {
  const list = useList('approvals.patterns', { limit: '100' })
  const [ended] = useFilter('ended')
  if (list.loading) return <SkeletonRows count={6} />
  if (list.error !== null && list.items.length === 0)
    return <ErrorPanel error={list.error} onRetry={list.again} />
  const now = Date.now()
  const rows = list.items.filter((item) => (ended === 'yes') !== isActive(item, now))
  return (
    <>
      {rows.length === 0 && (
        <EmptyState
          icon={Repeat2}
          title={ended === 'yes' ? 'No pattern has ended yet' : 'No pattern holds'}
          action={
            <PlaceLink to={{ page: 'approvals' }} className="button">
              See what waits
            </PlaceLink>
          }
        >
          Where a policy allows it, whoever approves a call can let calls like it pass for a while.
        </EmptyState>
      )}
      {rows.map((pattern) => (
        <PatternCard key={pattern.id} pattern={pattern} active={isActive(pattern, now)} />
      ))}
      {list.more && (
        <LoadMore
          shown={rows.length}
          what="patterns"
          more
          busy={list.loadingMore}
          onMore={list.loadMore}
        />
      )}
    </>
  )
}

function isActive({ revoked, expires }: Pattern, now: number): boolean {
  return revoked === undefined && Date.parse(expires) > now
}

function PatternCard({
  pattern,
  active,
}: {
  readonly pattern: Pattern
  readonly active: boolean
}): ReactNode {
  const { server, target, subject, client, created, expires, revoked, approval } = pattern
  return (
    <article className="card approvals-card" aria-label={`${server}.${target}`}>
      <header className="approvals-card-head">
        <div className="two-lines">
          <h2>
            <VisibleText text={`${server}.${target}`} />
          </h2>
          <p className="quiet">
            for <VisibleText text={nameOf(subject)} />, by <VisibleText text={client} />; approved{' '}
            <Time at={created} />.{' '}
            <PlaceLink to={{ page: 'approvals', item: approval }}>The request</PlaceLink>
          </p>
        </div>
        {active ? (
          <>
            <Expiry from={created} until={expires} />
            <Revoke pattern={pattern} />
          </>
        ) : (
          <StateChip state={revoked === undefined ? 'expired' : 'revoked'} />
        )}
      </header>
      <Limits pattern={pattern} />
    </article>
  )
}

function Limits({ pattern: { free, fixed, policy } }: { readonly pattern: Pattern }): ReactNode {
  return (
    <>
      <p className="chips">
        <span className="quiet">May differ:</span>
        {free.length === 0 ? 'nothing' : <Chips of={free} />}
      </p>
      {fixed === undefined ? (
        <p className="quiet">Your roles do not show which arguments are fixed.</p>
      ) : (
        <CodeBlock label="Stays as it is" text={canonicalJson(fixed)} />
      )}
      {policy !== undefined && <CodeBlock label="The policy that this is" text={policy} />}
    </>
  )
}

function Revoke({
  pattern: { id, subject, server, target },
}: {
  readonly pattern: Pattern
}): ReactNode {
  const me = useMe()
  const mayDecide = useMay('approvals.decide')
  const revoke = useChange('approvals.revokePattern')
  const { ask, dialog } = useConfirm()
  if (!mayDecide && me?.subject !== subject) return null
  return (
    <>
      <Button
        look="danger"
        size="small"
        onClick={() =>
          ask({
            title: 'Revoke this pattern?',
            verb: 'Revoke',
            words: `From this moment every call of ${server}.${target} is asked about again.`,
            run: async () => {
              await revoke.mutateAsync({ id })
              say('The pattern was revoked')
            },
          })
        }
      >
        Revoke
      </Button>
      {dialog}
    </>
  )
}
