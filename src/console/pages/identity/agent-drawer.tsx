import { Ban, ShieldCheck, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { useChange, useRead } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { PlaceLink, useGo, usePlace } from '../../app/place.tsx'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { Chips, StateChip } from '../../design/chip.tsx'
import { useConfirm } from '../../design/confirm.tsx'
import { Drawer, Facts, Section } from '../../design/drawer.tsx'
import { JsonTree } from '../../design/json-tree.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { GrantRows } from './grant-rows.tsx'

type Agent = Output<'agents.show'>['agent']

/** One agent: who answers for it, what it may, how it proves who it is. */
export function AgentDrawer({ id }: { readonly id: string }): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  const query = useRead('agents.show', { id })
  return (
    <Drawer
      open
      eyebrow="Agent"
      title={<VisibleText text={query.data?.agent.name ?? id} />}
      onClose={() => go({ page: 'identity', item: 'agents', search })}
    >
      <Loaded query={query}>
        {({ agent }) => (
          <>
            <Facts rows={factsOf(agent)} />
            <Actions agent={agent} />
            <Keys agent={agent} />
            {agent.workloads.length > 0 && (
              <JsonTree label="Workloads that it runs as" value={agent.workloads} />
            )}
            <GrantRows of={{ agent: id }} />
          </>
        )}
      </Loaded>
    </Drawer>
  )
}

function factsOf(agent: Agent): readonly (readonly [string, ReactNode])[] {
  const { id, owner, purpose, status, scopes, groups, mayActForUsers } = agent
  return [
    ['Id', <code key="id">{id}</code>],
    ['Purpose', <VisibleText key="purpose" text={purpose} />],
    ['Status', <StateChip key="status" state={status} />],
    [
      'Owner',
      <PlaceLink key="owner" to={{ page: 'identity', item: 'users', part: owner }}>
        {owner}
      </PlaceLink>,
    ],
    ['Scopes', <Chips key="scopes" of={scopes} />],
    ['Groups', groups.length === 0 ? undefined : <Chips key="groups" of={groups} />],
    ['Acts for users', mayActForUsers ? 'yes, when they allow it' : 'no'],
    ['Made', <Time key="created" at={agent.created} />],
    ['Last seen', <Time key="seen" at={agent.seen} />],
    ['Ends', agent.expires === undefined ? undefined : <Time key="ends" at={agent.expires} />],
  ]
}

function Actions({ agent: { id, name, status } }: { readonly agent: Agent }): ReactNode {
  const may = useMay('identity.write')
  const { ask, dialog } = useConfirm()
  const touches = ['grants']
  const disable = useChange('agents.disable', { touches })
  const enable = useChange('agents.enable', { touches })
  const revoke = useChange('agents.revoke', { touches })
  if (!may) return null
  return (
    <div className="actions">
      <Button
        icon={Unplug}
        onClick={() =>
          ask({
            title: `End all grants of ${name}?`,
            verb: 'End all grants',
            words: 'Those in which it acts for users end, too. It can ask for new ones.',
            run: async () => {
              const { ended } = await revoke.mutateAsync({ id })
              say('Grants ended', `${ended} of ${name}.`)
            },
          })
        }
      >
        End all grants
      </Button>
      {status === 'disabled' ? (
        <Button icon={ShieldCheck} busy={enable.isPending} onClick={() => enable.mutate({ id })}>
          Enable
        </Button>
      ) : (
        <Button
          look="danger"
          icon={Ban}
          onClick={() =>
            ask({
              title: `Disable ${name}?`,
              verb: 'Disable',
              words: 'Its tokens are void at once, and it gets no new ones.',
              run: () => disable.mutateAsync({ id }),
            })
          }
        >
          Disable
        </Button>
      )}
      {dialog}
    </div>
  )
}

function Keys({ agent: { id, keys } }: { readonly agent: Agent }): ReactNode {
  const may = useMay('identity.write')
  const { ask, dialog } = useConfirm()
  const remove = useChange('agents.removeKey', { touches: ['grants'] })
  return (
    <Section title="Keys">
      {keys.length === 0 && (
        <p className="quiet">None: it proves who it is as a workload, or not yet.</p>
      )}
      <ul className="rows">
        {keys.map((key) => {
          const kid = String(key['kid'])
          return (
            <li key={kid}>
              <code className="rows-main">{kid}</code>
              <span className="quiet">{String(key['alg'] ?? key['kty'])}</span>
              {may && (
                <Button
                  size="small"
                  look="danger"
                  onClick={() =>
                    ask({
                      title: 'Remove this key?',
                      verb: 'Remove',
                      words: 'What the tokens of the agent opened ends, too.',
                      run: () => remove.mutateAsync({ id, kid }),
                    })
                  }
                >
                  Remove
                </Button>
              )}
            </li>
          )
        })}
      </ul>
      {dialog}
    </Section>
  )
}
