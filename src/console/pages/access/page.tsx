import { KeyRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useList } from '../../api/lists.ts'
import { useChange, useRead } from '../../api/queries.ts'
import { useMe } from '../../app/me.tsx'
import { pageOf } from '../../app/pages.ts'
import { Button } from '../../design/button.tsx'
import { Chip, Chips } from '../../design/chip.tsx'
import { useConfirm } from '../../design/confirm.tsx'
import { Facts, Section } from '../../design/drawer.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { PageFrame } from '../../design/page-frame.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { MyRequests } from './my-requests.tsx'
import { MyTools } from './my-tools.tsx'

/** `/console/access`. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('access')
  return (
    <PageFrame title={title} purpose={purpose}>
      <div className="cards">
        <Who />
        <MySessions />
      </div>
      <MyGrants />
      <MyRequests />
      <MyTools />
    </PageFrame>
  )
}

function Who(): ReactNode {
  const query = useRead('me.show', {})
  return (
    <div className="card">
      <Section
        title="You"
        actions={
          <a className="button" data-size="small" href="/oauth/account">
            <KeyRound aria-hidden />
            Password and passkeys
          </a>
        }
      >
        <Loaded query={query} rows={4}>
          {({ kind, id, name, roles, groups, methods }) => (
            <Facts
              rows={[
                ['Name', <VisibleText key="name" text={name} />],
                ['Id', <code key="id">{`${kind}:${id}`}</code>],
                ['Roles', <Chips key="roles" of={roles} />],
                ['Groups', groups.length === 0 ? 'none' : <Chips key="groups" of={groups} />],
                ['Signed in by', methods.length === 0 ? undefined : methods.join(', ')],
              ]}
            />
          )}
        </Loaded>
      </Section>
    </div>
  )
}

function MySessions(): ReactNode {
  const me = useMe()
  const { ask, dialog } = useConfirm()
  const list = useList('me.sessions', { limit: '50' })
  const end = useChange('me.endSession', { touches: ['sessions'] })
  return (
    <div className="card">
      <Section title="Where you are signed in">
        {list.error !== null && <ErrorPanel error={list.error} onRetry={list.again} />}
        <ul className="rows">
          {list.items.map(({ id, begun, expires }) => (
            <li key={id}>
              <span className="rows-main two-lines">
                <span>
                  A browser, since <Time at={begun} />{' '}
                  {id === me?.session && <Chip tone="accent">this one</Chip>}
                </span>
                <span className="quiet">
                  ends <Time at={expires} />
                </span>
              </span>
              <Button
                size="small"
                look="danger"
                onClick={() =>
                  ask({
                    title: 'Sign this browser out?',
                    verb: 'Sign out',
                    words: 'What its pages have open ends at once.',
                    run: () => end.mutateAsync({ id }),
                  })
                }
              >
                Sign out
              </Button>
            </li>
          ))}
        </ul>
        {dialog}
      </Section>
    </div>
  )
}

function MyGrants(): ReactNode {
  const { ask, dialog } = useConfirm()
  const list = useList('me.grants', { limit: '100' })
  const revoke = useChange('me.revokeGrant', { touches: ['grants'] })
  return (
    <Section title="Programs that act for you">
      {list.error !== null && <ErrorPanel error={list.error} onRetry={list.again} />}
      {list.items.length === 0 && !list.loading && list.error === null && (
        <p className="quiet">
          None. A program appears here when you allow it to act for you, and you can take that back.
        </p>
      )}
      <ul className="rows">
        {list.items.map(({ id, client, resource, scopes, actors, used, expires }) => (
          <li key={id}>
            <span className="rows-main two-lines">
              <b>
                <VisibleText text={client} />
              </b>
              <span className="quiet">
                {resource}
                {actors.length > 0 && `, by ${actors.join(' → ')}`}, used <Time at={used} />, ends{' '}
                <Time at={expires} />
              </span>
            </span>
            <Chips of={scopes} />
            <Button
              size="small"
              look="danger"
              onClick={() =>
                ask({
                  title: 'Take this back?',
                  verb: 'Take it back',
                  words: `${client} cannot act for you any more from this moment.`,
                  run: () => revoke.mutateAsync({ id }),
                })
              }
            >
              Take back
            </Button>
          </li>
        ))}
      </ul>
      {dialog}
    </Section>
  )
}
