import { KeyRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMay, useMe } from '../../app/me.tsx'
import { Drawer } from '../../design/drawer.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ChangeValue } from './change-value.tsx'
import { Dependants } from './dependants.tsx'
import { RemoveSecret } from './remove-secret.tsx'
import { ReportExposed } from './report-exposed.tsx'
import { Exposures, SecretFacts } from './secret-facts.tsx'
import type { Secret } from './view.ts'

/** One secret, and what can be done to it. */
export function SecretDrawer({
  secret,
  tab,
  onClose,
}: {
  readonly secret: Secret | undefined
  readonly tab: 'mine' | 'all'
  readonly onClose: () => void
}): ReactNode {
  const me = useMe()
  const mine = secret?.owner === me?.subject
  return (
    <Drawer open eyebrow="Secret" title={secret?.name ?? 'Secret'} onClose={onClose}>
      {secret === undefined ? (
        <EmptyState icon={KeyRound} title="There is no such secret">
          It was removed, or it is not yours to see.
        </EmptyState>
      ) : (
        <>
          <SecretFacts secret={secret} />
          <Actions secret={secret} mine={mine} onRemoved={onClose} />
          <Exposures secret={secret} />
          {tab === 'all' && <Dependants secret={secret} />}
        </>
      )}
    </Drawer>
  )
}

function Actions({
  secret,
  mine,
  onRemoved,
}: {
  readonly secret: Secret
  readonly mine: boolean
  readonly onRemoved: () => void
}): ReactNode {
  const shared = secret.owner === 'shared'
  const mayOver = useMay(shared ? 'servers.write' : 'identity.write')
  if (!mine && !mayOver) return null
  return (
    <div className="actions">
      {(mine || shared) && <ChangeValue secret={secret} />}
      <ReportExposed secret={secret} mine={mine} />
      <RemoveSecret secret={secret} mine={mine} onDone={onRemoved} />
    </div>
  )
}
