import { Eye, ShieldCheck, ShieldOff, Undo2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRead } from '../../../api/queries.ts'
import { useMay } from '../../../app/me.tsx'
import { PlaceLink } from '../../../app/place.tsx'
import { Button } from '../../../design/button.tsx'
import { ErrorPanel } from '../../../design/error-panel.tsx'
import { Time } from '../../../design/time.tsx'
import { type Observed, observedWords, type Rollout, standing } from './roll-out-words.ts'
import { useRollOut } from './use-roll-out.tsx'

/** What is in force of the console, by whom, since when, and what one can do about it. */
export function RolloutCard({ rollout }: { readonly rollout: Rollout }): ReactNode {
  const may = useMay('policies.write')
  const observes = rollout.version > 0 && rollout.mode === 'observe'
  const query = useRead('policies.observed', {}, { when: observes, every: 10_000 })
  const observed = observes ? query.data?.observed : undefined
  const { ask, askPromote, dialog } = useRollOut(rollout)
  const Icon = rollout.version === 0 ? ShieldOff : observes ? Eye : ShieldCheck
  return (
    <section className="policies-rollout" aria-label="In force now" data-mode={rollout.mode}>
      <span className="policies-rollout-sign">
        <Icon aria-hidden />
      </span>
      <div className="policies-rollout-words">
        <h2>{standing(rollout)}</h2>
        {rollout.at !== undefined && (
          <p className="quiet">
            {rollout.version === 0 ? 'Taken out of force' : 'Put in force'} by{' '}
            <code>{rollout.by}</code> <Time at={rollout.at} />
          </p>
        )}
        {query.error !== null && observes && <ErrorPanel error={query.error} />}
        {observed !== undefined && <ObservedWords observed={observed} />}
      </div>
      {may && rollout.version > 0 && (
        <div className="actions">
          <Button icon={Undo2} onClick={() => ask({ version: 0, mode: 'enforce' })}>
            Take out of force
          </Button>
          {observes && (
            <Button look="main" icon={ShieldCheck} onClick={() => askPromote(observed)}>
              Promote to enforce
            </Button>
          )}
        </div>
      )}
      {dialog}
    </section>
  )
}

function ObservedWords({ observed }: { readonly observed: Observed }): ReactNode {
  return (
    <>
      <p role="status">{observedWords(observed)}</p>
      {observed.by.length > 0 && (
        <ul className="policies-observed">
          {observed.by.map(({ policy, calls }) => (
            <li key={policy}>
              <PlaceLink to={{ page: 'live', search: { policy } }}>{policy}</PlaceLink>
              <span className="numbers">
                {calls.toLocaleString('en')} {calls === 1 ? 'call' : 'calls'}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
