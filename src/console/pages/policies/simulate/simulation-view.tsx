import { ArrowRight, CircleCheck, LoaderCircle, OctagonX, Square } from 'lucide-react'
import type { ReactNode } from 'react'
import { useChange, useRead } from '../../../api/queries.ts'
import { PlaceLink, useFilter } from '../../../app/place.tsx'
import { Button } from '../../../design/button.tsx'
import { Chip, Chips } from '../../../design/chip.tsx'
import { ErrorPanel } from '../../../design/error-panel.tsx'
import { Select } from '../../../design/select.tsx'
import { SkeletonRows } from '../../../design/skeleton.tsx'
import { Time } from '../../../design/time.tsx'
import { EffectChip } from '../chips.tsx'
import { DIMENSIONS, type Dimension, type Flip, groupsBy, type Simulation } from './flips.ts'

/** Milliseconds between looks at a simulation that runs. */
const BEAT = 500

/** How far a simulation is, and what came out. */
export function SimulationView({ id }: { readonly id: string }): ReactNode {
  const first = useRead('policies.simulation', { id })
  const running = first.data?.simulation.state === 'running'
  // The same answer as above, asked for again while there is something to wait for.
  const { data, error, refetch } = useRead(
    'policies.simulation',
    { id },
    running ? { every: BEAT } : {},
  )
  if (error !== null) return <ErrorPanel error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <SkeletonRows count={6} />
  const { simulation } = data
  return (
    <section className="policies-simulation" aria-label="Result">
      <Progress simulation={simulation} />
      {simulation.error !== undefined && (
        <p className="field-error" role="alert">
          <OctagonX aria-hidden /> {simulation.error}
        </p>
      )}
      {simulation.result !== undefined && <Result result={simulation.result} />}
    </section>
  )
}

function Progress({ simulation }: { readonly simulation: Simulation }): ReactNode {
  const { id, state, calls, started, by } = simulation
  const cancel = useChange('policies.simulation.cancel')
  return (
    <p className="policies-progress" role="status">
      {state === 'running' ? (
        <Chip icon={LoaderCircle}>Runs</Chip>
      ) : state === 'done' ? (
        <Chip tone="good" icon={CircleCheck}>
          Done
        </Chip>
      ) : (
        <Chip tone="wait" icon={Square}>
          {state === 'failed' ? 'Failed' : 'Ended early'}
        </Chip>
      )}
      {state === 'running' && (
        <span className="numbers">{calls.toLocaleString('en')} calls so far</span>
      )}
      <span className="quiet">
        started <Time at={started} /> by {by}
      </span>
      {state === 'running' && (
        <Button
          size="small"
          icon={Square}
          busy={cancel.isPending}
          onClick={() => cancel.mutate({ id })}
        >
          End it
        </Button>
      )}
    </p>
  )
}

type Result = NonNullable<Simulation['result']>

const NUMBERS: readonly (readonly [keyof Result, string, string])[] = [
  ['calls', 'calls', 'were put to it'],
  ['same', 'the same', 'come out as they did'],
  ['flipped', 'flips', 'come out otherwise'],
  ['undecided', 'undecided', 'were refused before policies were asked'],
  ['unknown', 'unknown', 'have records that hold too little to tell'],
  ['assumed', 'assumed', 'had a part assumed that was not kept'],
]

const TITLES: Readonly<Record<Dimension, string>> = {
  change: 'what changes',
  policy: 'policy that decides then',
  tool: 'tool',
  subject: 'subject',
}

function Result({ result }: { readonly result: Result }): ReactNode {
  const [by = 'change', setBy] = useFilter('by')
  const dimension = DIMENSIONS.find((one) => one === by) ?? 'change'
  return (
    <>
      <dl className="policies-numbers">
        {NUMBERS.filter(([name]) => name !== 'assumed' || result.assumed > 0).map(
          ([name, title, words]) => (
            <div key={name} data-flips={(name === 'flipped' && result.flipped > 0) || undefined}>
              <dt>{title}</dt>
              <dd className="numbers">{Number(result[name]).toLocaleString('en')}</dd>
              <dd className="policies-numbers-words">{words}</dd>
            </div>
          ),
        )}
      </dl>
      {result.groups.length === 0 ? (
        <p className="quiet">No call would have come out otherwise.</p>
      ) : (
        <>
          <div className="policies-by-bar">
            <Select
              look="filter"
              label="Together by"
              value={dimension}
              choices={DIMENSIONS.map((value) => ({ value, label: TITLES[value] }))}
              onChange={(next) => setBy(next, { replace: true })}
            />
            {result.others > 0 && (
              <span className="quiet">
                {result.others.toLocaleString('en')} more flips are of kinds that found no room
                here.
              </span>
            )}
          </div>
          {groupsBy(result.groups, dimension).map(({ key, calls, flips }) => (
            <section key={key} className="policies-flips" aria-label={key}>
              <h2>
                {dimension === 'change' && flips[0] !== undefined ? (
                  <Change flip={flips[0]} />
                ) : (
                  <code>{key}</code>
                )}
                <span className="quiet numbers">
                  {calls.toLocaleString('en')} {calls === 1 ? 'call' : 'calls'}
                </span>
              </h2>
              <FlipTable flips={flips} dimension={dimension} />
            </section>
          ))}
        </>
      )}
    </>
  )
}

function Change({ flip: { from, to } }: { readonly flip: Flip }): ReactNode {
  return (
    <span className="policies-change-pair">
      <EffectChip effect={from} />
      <ArrowRight aria-label="becomes" className="policies-arrow" />
      <EffectChip effect={to} />
    </span>
  )
}

function FlipTable({
  flips,
  dimension,
}: {
  readonly flips: readonly Flip[]
  readonly dimension: Dimension
}): ReactNode {
  return (
    <div className="policies-flip-scroll">
      <table className="policies-table">
        <thead>
          <tr>
            {dimension !== 'change' && <th scope="col">Change</th>}
            {dimension !== 'tool' && <th scope="col">Tool</th>}
            {dimension !== 'subject' && <th scope="col">Subject</th>}
            {dimension !== 'policy' && <th scope="col">Decided then by</th>}
            <th scope="col" className="policies-table-end">
              Calls
            </th>
            <th scope="col">Some of them</th>
          </tr>
        </thead>
        <tbody>
          {flips.map((flip) => (
            <tr key={`${flip.from} ${flip.to} ${flip.target} ${flip.subject} ${flip.after.join()}`}>
              {dimension !== 'change' && (
                <td>
                  <Change flip={flip} />
                </td>
              )}
              {dimension !== 'tool' && (
                <td>
                  <code>{flip.target}</code>
                </td>
              )}
              {dimension !== 'subject' && (
                <td>
                  <code>{flip.subject}</code>
                </td>
              )}
              {dimension !== 'policy' && (
                <td>
                  <Chips of={flip.after} />
                </td>
              )}
              <td className="policies-table-end numbers">{flip.calls.toLocaleString('en')}</td>
              <td>
                <span className="policies-examples">
                  {flip.examples.map((call) => (
                    <PlaceLink key={call} to={{ page: 'live', item: call }} label={`Call ${call}`}>
                      {call.slice(-6)}
                    </PlaceLink>
                  ))}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
