import { Ban, KeyRound, ShieldCheck, Trash2, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { useChange, useRead } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { useGo, usePlace } from '../../app/place.tsx'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { Chip, Chips, StateChip } from '../../design/chip.tsx'
import { useConfirm } from '../../design/confirm.tsx'
import { Drawer, Facts, Section } from '../../design/drawer.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { Secret } from '../../design/secret.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { GrantRows } from './grant-rows.tsx'

type Client = Output<'clients.show'>['client']

/** One client: how it is known, where it may lead people, and what it holds. */
export function ClientDrawer({ id }: { readonly id: string }): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  const query = useRead('clients.show', { id })
  const close = (): void => go({ page: 'identity', item: 'clients', search })
  return (
    <Drawer
      open
      eyebrow="Client"
      title={<VisibleText text={query.data?.client.name ?? id} />}
      onClose={close}
    >
      <Loaded query={query}>
        {({ client }) => (
          <>
            <Facts rows={factsOf(client)} />
            <Actions client={client} onGone={close} />
            <Section title="Where it may lead people">
              {client.redirects.length === 0 && <p className="quiet">Nowhere.</p>}
              <ul className="rows">
                {client.redirects.map((address) => (
                  <li key={address}>
                    <code className="rows-main">
                      <VisibleText text={address} />
                    </code>
                  </li>
                ))}
              </ul>
            </Section>
            <GrantRows of={{ client: id }} />
          </>
        )}
      </Loaded>
    </Drawer>
  )
}

function factsOf(client: Client): readonly (readonly [string, ReactNode])[] {
  const { id, trust, status, method, grantTypes, scopes, resources, expires } = client
  return [
    [
      'Id',
      <code key="id">
        <VisibleText text={id} />
      </code>,
    ],
    ['Known by', <Chip key="trust">{trust}</Chip>],
    ['Status', <StateChip key="status" state={status} />],
    ['Proves itself by', method],
    ['Grant types', <Chips key="types" of={grantTypes} />],
    ['At most', scopes === undefined ? 'not bounded' : <Chips key="scopes" of={scopes} />],
    ['Resources', resources === undefined ? 'all' : resources.join(', ')],
    ['May introspect', client.mayIntrospect ? 'yes' : 'no'],
    ['Made', <Time key="created" at={client.created} />],
    ['Last used', <Time key="used" at={client.used} />],
    ['Ends', expires === undefined ? undefined : <Time key="ends" at={expires} />],
  ]
}

function Actions({
  client: { id, name, status, method },
  onGone,
}: {
  readonly client: Client
  readonly onGone: () => void
}): ReactNode {
  const may = useMay('identity.write')
  const { ask, dialog } = useConfirm()
  const touches = ['grants']
  const disable = useChange('clients.disable', { touches })
  const enable = useChange('clients.enable', { touches })
  const revoke = useChange('clients.revoke', { touches })
  const renew = useChange('clients.renewSecret')
  const remove = useChange('clients.remove', { touches })
  if (!may) return null
  const asks = {
    revoke: () =>
      ask({
        title: `End all grants of ${name}?`,
        verb: 'End all grants',
        words: 'Its tokens are void at once. People can allow it again.',
        run: async () => {
          const { ended } = await revoke.mutateAsync({ id })
          say('Grants ended', `${ended} of ${name}.`)
        },
      }),
    disable: () =>
      ask({
        title: `Disable ${name}?`,
        verb: 'Disable',
        words: 'Its tokens are void at once, and it gets no new ones.',
        run: () => disable.mutateAsync({ id }),
      }),
    renew: () =>
      ask({
        title: `Give ${name} a new secret?`,
        verb: 'New secret',
        words: 'The old one is no good any more from this moment.',
        run: () => renew.mutateAsync({ id }),
      }),
    remove: () =>
      ask({
        title: `Forget ${name}?`,
        verb: 'Forget it',
        words: 'Its grants end. If it registers again it is another client.',
        run: async () => {
          await remove.mutateAsync({ id })
          onGone()
        },
      }),
  }
  return (
    <div className="two-lines">
      <div className="actions">
        <Button icon={Unplug} onClick={asks.revoke}>
          End all grants
        </Button>
        {method.startsWith('client_secret') && (
          <Button icon={KeyRound} onClick={asks.renew}>
            New secret
          </Button>
        )}
        {status === 'disabled' ? (
          <Button icon={ShieldCheck} busy={enable.isPending} onClick={() => enable.mutate({ id })}>
            Enable
          </Button>
        ) : (
          <Button look="danger" icon={Ban} onClick={asks.disable}>
            Disable
          </Button>
        )}
        <Button look="danger" icon={Trash2} onClick={asks.remove}>
          Forget
        </Button>
      </div>
      {renew.data !== undefined && <Secret text={renew.data.secret} what="secret" />}
      {dialog}
    </div>
  )
}
