import { Ban, KeyRound, Link2, LogOut, ShieldCheck, UserX } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Output } from '../../api/call.ts'
import { useChange, useRead } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { PlaceLink, useGo, usePlace } from '../../app/place.tsx'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { StateChip } from '../../design/chip.tsx'
import { useConfirm } from '../../design/confirm.tsx'
import { Drawer, Facts, Section } from '../../design/drawer.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { Secret } from '../../design/secret.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { EditGroups } from './edit-groups.tsx'
import { GrantRows } from './grant-rows.tsx'
import { SessionRows } from './session-rows.tsx'

type Shown = Output<'users.show'>

/** One user: what they log in with, what acts in their name, and how to end that. */
export function UserDrawer({ id }: { readonly id: string }): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  const query = useRead('users.show', { id })
  return (
    <Drawer
      open
      eyebrow="User"
      title={<VisibleText text={query.data?.user.name ?? id} />}
      onClose={() => go({ page: 'identity', item: 'users', search })}
    >
      <Loaded query={query}>
        {(shown) => (
          <>
            <Facts rows={factsOf(shown)} />
            <Actions shown={shown} />
            <Groups shown={shown} />
            <Credentials shown={shown} />
            <Section title="Agents that they answer for">
              {shown.agents.length === 0 ? (
                <p className="quiet">None.</p>
              ) : (
                <ul className="rows">
                  {shown.agents.map((agent) => (
                    <li key={agent}>
                      <PlaceLink to={{ page: 'identity', item: 'agents', part: agent }}>
                        {agent}
                      </PlaceLink>
                    </li>
                  ))}
                </ul>
              )}
            </Section>
            <SessionRows user={id} />
            <GrantRows of={{ user: id }} />
          </>
        )}
      </Loaded>
    </Drawer>
  )
}

function factsOf({ user }: Shown): readonly (readonly [string, ReactNode])[] {
  return [
    ['Id', <code key="id">{user.id}</code>],
    ['Status', <StateChip key="status" state={user.status} />],
    ['Signs in with', user.provider ?? 'this gateway'],
    ['Made', <Time key="created" at={user.created} />],
    ['Last seen', <Time key="seen" at={user.seen} />],
  ]
}

function Actions({ shown: { user } }: { readonly shown: Shown }): ReactNode {
  const may = useMay('identity.write')
  const { ask, dialog } = useConfirm()
  const touches = ['grants', 'sessions', 'agents']
  const disable = useChange('users.disable', { touches })
  const enable = useChange('users.enable', { touches })
  const signOut = useChange('users.signOut', { touches })
  const offboard = useChange('users.offboard', { touches })
  const link = useChange('users.link')
  if (!may) return null
  const { id, name, status } = user
  return (
    <div className="two-lines">
      <div className="actions">
        <Button
          icon={Link2}
          busy={link.isPending}
          onClick={() => link.mutate({ id, purpose: user.seen === undefined ? 'invite' : 'reset' })}
        >
          {user.seen === undefined ? 'Invite again' : 'Reset the password'}
        </Button>
        <Button
          icon={LogOut}
          onClick={() =>
            ask({
              title: `Sign ${name} out everywhere?`,
              verb: 'Sign out everywhere',
              words: 'All their sessions and grants end at once. They can sign in again.',
              run: async () => {
                const { ended } = await signOut.mutateAsync({ id })
                say('Signed out everywhere', `${ended} ended.`)
              },
            })
          }
        >
          Sign out everywhere
        </Button>
        {status === 'disabled' ? (
          <Button icon={ShieldCheck} busy={enable.isPending} onClick={() => enable.mutate({ id })}>
            Enable
          </Button>
        ) : (
          <>
            <Button
              look="danger"
              icon={Ban}
              onClick={() =>
                ask({
                  title: `Disable ${name}?`,
                  verb: 'Disable',
                  words:
                    'They cannot sign in, and everything that they have open ends at once. Their agents have no owner until they are enabled again.',
                  run: () => disable.mutateAsync({ id }),
                })
              }
            >
              Disable
            </Button>
            <Button
              look="danger"
              icon={UserX}
              onClick={() =>
                ask({
                  title: `Offboard ${name}?`,
                  verb: 'Offboard',
                  words:
                    'They are disabled with everything that they have open, and so are the agents that they answer for.',
                  run: () => offboard.mutateAsync({ id }),
                })
              }
            >
              Offboard
            </Button>
          </>
        )}
      </div>
      {link.data !== undefined && <Secret text={link.data.link.url} what="link" />}
      {dialog}
    </div>
  )
}

function Groups({ shown: { user } }: { readonly shown: Shown }): ReactNode {
  const may = useMay('identity.write')
  const [editing, setEditing] = useState(false)
  const sources = user.memberships ?? user.groups.map((group) => ({ group, source: 'local' }))
  return (
    <Section
      title="Groups"
      actions={
        may && (
          <Button size="small" onClick={() => setEditing(true)}>
            Change
          </Button>
        )
      }
    >
      {sources.length === 0 ? (
        <p className="quiet">In no group: a member, who sees what is their own.</p>
      ) : (
        <ul className="rows">
          {sources.map(({ group, source }) => (
            <li key={`${group} ${source}`}>
              <span className="rows-main">{group}</span>
              <span className="quiet">{source}</span>
            </li>
          ))}
        </ul>
      )}
      <EditGroups user={user} open={editing} onClose={() => setEditing(false)} />
    </Section>
  )
}

function Credentials({ shown: { user, credentials } }: { readonly shown: Shown }): ReactNode {
  const may = useMay('identity.write')
  const { ask, dialog } = useConfirm()
  const remove = useChange('users.removeCredential')
  return (
    <Section title="Signs in with">
      {credentials.length === 0 ? (
        <p className="quiet">
          {user.provider === undefined
            ? 'Nothing yet: they have not opened their link.'
            : `Only with ${user.provider}.`}
        </p>
      ) : (
        <ul className="rows">
          {credentials.map(({ id, kind, label, used }) => (
            <li key={id}>
              <KeyRound aria-hidden />
              <span className="rows-main">
                {label === '' ? kind : <VisibleText text={label} />}
                {label !== kind && label !== '' && <span className="quiet"> {kind}</span>}
              </span>
              <span className="quiet">
                used <Time at={used} />
              </span>
              {may && (
                <Button
                  size="small"
                  look="danger"
                  onClick={() =>
                    ask({
                      title: `Remove this ${kind}?`,
                      verb: 'Remove',
                      words: `${user.name} cannot sign in with it any more.`,
                      run: () => remove.mutateAsync({ id: user.id, credential: id }),
                    })
                  }
                >
                  Remove
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {dialog}
    </Section>
  )
}
