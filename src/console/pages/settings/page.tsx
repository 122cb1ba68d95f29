import type { ReactNode } from 'react'
import { useConnection } from '../../api/live.ts'
import { useRead } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { pageOf } from '../../app/pages.ts'
import { PlaceLink } from '../../app/place.tsx'
import { type Theme, useTheme } from '../../app/theme.ts'
import { Chip } from '../../design/chip.tsx'
import { Facts, Section } from '../../design/drawer.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { PageFrame } from '../../design/page-frame.tsx'
import { Select } from '../../design/select.tsx'
import { Time } from '../../design/time.tsx'

const THEMES = [
  { value: 'system', label: 'as the machine says' },
  { value: 'dark', label: 'dark' },
  { value: 'light', label: 'light' },
] as const

/** `/console/settings`. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('settings')
  const mayIdentity = useMay('identity.read')
  return (
    <PageFrame title={title} purpose={purpose}>
      <div className="cards">
        <Connection />
        {mayIdentity && <Sources />}
        {mayIdentity && <SigningKey />}
        <Look />
      </div>
    </PageFrame>
  )
}

/** Asks the gateway, so that what stands here was true a moment ago. */
function Connection(): ReactNode {
  const { dataUpdatedAt, error, refetch } = useRead('me.show', {}, { every: 15_000 })
  const live = useConnection()
  return (
    <div className="card">
      <Section title="Gateway">
        {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
        <Facts
          rows={[
            ['Address', <code key="at">{window.location.origin}</code>],
            [
              'Answers',
              error === null ? (
                <Chip key="ok" tone="good">
                  yes
                </Chip>
              ) : (
                <Chip key="ok" tone="bad">
                  no
                </Chip>
              ),
            ],
            [
              'Asked',
              <Time
                key="asked"
                at={dataUpdatedAt === 0 ? undefined : new Date(dataUpdatedAt).toISOString()}
              />,
            ],
            ['Live events', live === 'idle' ? 'not listened to on this page' : live],
          ]}
        />
      </Section>
    </div>
  )
}

function Sources(): ReactNode {
  const query = useRead('idp.check', {})
  return (
    <div className="card">
      <Section title="Login providers and issuers">
        <Loaded query={query} rows={2}>
          {({ sources }) =>
            sources.length === 0 ? (
              <p className="quiet">None: people sign in at this gateway.</p>
            ) : (
              <Facts
                rows={sources.map(({ name, ok, reason }) => [
                  name,
                  <span key={name} className="two-lines">
                    <span>
                      <Chip tone={ok ? 'good' : 'bad'}>{ok ? 'answers' : 'does not answer'}</Chip>
                    </span>
                    {reason !== undefined && <span className="quiet">{reason}</span>}
                  </span>,
                ])}
              />
            )
          }
        </Loaded>
      </Section>
    </div>
  )
}

function SigningKey(): ReactNode {
  const query = useRead('keys.list', {})
  return (
    <div className="card">
      <Section
        title="Signing key"
        actions={<PlaceLink to={{ page: 'identity', item: 'keys' }}>All keys</PlaceLink>}
      >
        <Loaded query={query} rows={2}>
          {({ keys }) => {
            const active = keys.find(({ state }) => state === 'active')
            return active === undefined ? (
              <Chip tone="bad">no key is active</Chip>
            ) : (
              <Facts
                rows={[
                  ['Id', <code key="id">{active.id}</code>],
                  ['Algorithm', active.algorithm],
                  ['Active since', <Time key="since" at={active.since} />],
                ]}
              />
            )
          }}
        </Loaded>
      </Section>
    </div>
  )
}

function Look(): ReactNode {
  const [theme, choose] = useTheme()
  return (
    <div className="card">
      <Section title="This browser">
        <Facts
          rows={[
            [
              'Colours',
              <Select
                key="theme"
                label="Colours"
                value={theme}
                choices={THEMES}
                onChange={(next) => choose(next as Theme)}
              />,
            ],
          ]}
        />
      </Section>
    </div>
  )
}
