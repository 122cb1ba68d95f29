import type { ReactNode } from 'react'
import { useList } from '../../api/lists.ts'
import { useChange } from '../../api/queries.ts'
import { useMay, useMe } from '../../app/me.tsx'
import { Button } from '../../design/button.tsx'
import { Chips } from '../../design/chip.tsx'
import { useConfirm } from '../../design/confirm.tsx'
import { Section } from '../../design/drawer.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { Time } from '../../design/time.tsx'

/** The browsers in which a user is logged in. */
export function SessionRows({ user }: { readonly user: string }): ReactNode {
  const may = useMay('identity.write')
  const me = useMe()
  const { ask, dialog } = useConfirm()
  const list = useList('sessions.list', { user, limit: '50' })
  const end = useChange('sessions.end')
  return (
    <Section title="Sessions">
      {list.error !== null && <ErrorPanel error={list.error} onRetry={list.again} />}
      {list.items.length === 0 && !list.loading && <p className="quiet">None.</p>}
      <ul className="rows">
        {list.items.map(({ id, begun, expires, methods }) => (
          <li key={id}>
            <span className="rows-main two-lines">
              <span>
                Since <Time at={begun} />
                {id === me?.session && ' (this browser)'}
              </span>
              <span className="quiet">
                ends <Time at={expires} />
              </span>
            </span>
            <Chips of={methods} />
            {may && (
              <Button
                size="small"
                look="danger"
                onClick={() =>
                  ask({
                    title: 'End this session?',
                    verb: 'End the session',
                    words: `The browser is logged out, and what its pages have open ends.`,
                    run: () => end.mutateAsync({ id }),
                  })
                }
              >
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
      {dialog}
    </Section>
  )
}
