import type { ReactNode } from 'react'
import { Dialog } from '../design/dialog.tsx'
import { Keys } from '../design/key.tsx'
import { useActiveShortcuts } from './shortcuts.ts'

/** All shortcuts that work on this page. */
export function ShortcutList({
  open,
  onClose,
}: {
  readonly open: boolean
  readonly onClose: () => void
}): ReactNode {
  const all = useActiveShortcuts()
  const groups = [...new Set(all.map(({ group }) => group))]
  return (
    <Dialog open={open} title="Keyboard shortcuts" wide onClose={onClose}>
      <div className="shortcut-groups">
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl className="shortcuts">
              {all
                .filter((one) => one.group === group)
                .map(({ keys, label }) => (
                  <div key={keys} className="shortcut">
                    <dt>{label}</dt>
                    <dd>
                      <Keys keys={keys} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
