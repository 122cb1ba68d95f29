import { CircleCheck, OctagonX } from 'lucide-react'
import type { ReactNode } from 'react'
import { useConnection } from '../../api/live.ts'
import { useRead } from '../../api/queries.ts'
import { type Theme, useTheme } from '../../app/theme.ts'
import { Chip } from '../../design/chip.tsx'
import { Facts, Section } from '../../design/drawer.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { Select } from '../../design/select.tsx'
import { Time } from '../../design/time.tsx'

const THEMES = [
  { value: 'system', label: 'as the machine says' },
  { value: 'dark', label: 'dark' },
  { value: 'light', label: 'light' },
] as const
/** Milliseconds between two looks. */
const LOOK = 15_000

/** Which parts of the gateway work, as it says itself. */
export function HealthTab(): ReactNode {
  const query = useRead('settings.health', {}, { every: LOOK })
  const asked = query.dataUpdatedAt
  return (
    <div className="inset stack">
      <Section
        title="Parts of the gateway"
        actions={
          asked !== 0 && (
            <span className="quiet">
              asked <Time at={new Date(asked).toISOString()} />
            </span>
          )
        }
      >
        <Loaded query={query} rows={4}>
          {({ health }) => (
            <ul className="rows">
              {health.map(({ part, ok, detail }) => (
                <li key={part}>
                  <span className="rows-main two-lines">
                    <b>{part}</b>
                    <span className="quiet">{detail}</span>
                  </span>
                  <Chip tone={ok ? 'good' : 'bad'} icon={ok ? CircleCheck : OctagonX}>
                    {ok ? 'Works' : 'Does not work'}
                  </Chip>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </Section>
      <ThisBrowser />
    </div>
  )
}

function ThisBrowser(): ReactNode {
  const [theme, choose] = useTheme()
  const live = useConnection()
  return (
    <Section title="This browser">
      <Facts
        rows={[
          ['Talks to', <code key="at">{window.location.origin}</code>],
          ['Live events', live === 'idle' ? 'no page listens' : live],
          [
            'Colours',
            <span key="theme" className="narrow">
              <Select
                label="Colours"
                value={theme}
                choices={THEMES}
                onChange={(next) => choose(next as Theme)}
              />
            </span>,
          ],
        ]}
      />
    </Section>
  )
}
