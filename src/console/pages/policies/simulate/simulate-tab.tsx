import { History } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRead } from '../../../api/queries.ts'
import { PlaceLink, usePlace } from '../../../app/place.tsx'
import { EmptyState } from '../../../design/empty-state.tsx'
import { Loaded } from '../../../design/loaded.tsx'
import { Time } from '../../../design/time.tsx'
import { SimulationForm } from './simulation-form.tsx'
import { SimulationView } from './simulation-view.tsx'

/** What a draft or a version would have made of recorded calls. */
export function SimulateTab(): ReactNode {
  const { part } = usePlace()
  return (
    <div className="policies-simulate">
      <SimulationForm />
      {part === undefined ? <Earlier /> : <SimulationView key={part} id={part} />}
    </div>
  )
}

const STATES: Readonly<Record<string, string>> = {
  running: 'runs',
  done: 'done',
  cancelled: 'ended early',
  failed: 'failed',
}

/** Simulations that this gateway still holds. */
function Earlier(): ReactNode {
  const query = useRead('policies.simulations', {})
  return (
    <Loaded query={query} rows={4}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState icon={History} title="No simulation yet">
            Choose what to try and which calls. Nothing is called: what is on record is put to the
            policies once more, and what would come out otherwise is counted.
          </EmptyState>
        ) : (
          <ul className="rows policies-earlier">
            {items.map(({ id, by, started, state, calls }) => (
              <li key={id}>
                <PlaceLink to={{ page: 'policies', item: 'simulate', part: id }}>
                  Simulation of <Time at={started} />
                </PlaceLink>
                <span className="rows-main quiet">by {by}</span>
                <span className="numbers">{calls.toLocaleString()} calls</span>
                <span className="quiet">{STATES[state]}</span>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}
