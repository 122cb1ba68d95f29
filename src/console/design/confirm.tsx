import { type ReactNode, useState } from 'react'
import type { ApiError } from '../api/api-error.ts'
import { Button } from './button.tsx'
import { Dialog, DialogEnd } from './dialog.tsx'
import { ErrorPanel } from './error-panel.tsx'

/** Asks before something is done that cannot be taken back, in the words of what will happen. */
export function Confirm({
  open,
  title,
  verb,
  danger = true,
  onConfirm,
  onClose,
  children,
}: {
  readonly open: boolean
  readonly title: string
  /** The word on the button. */
  readonly verb: string
  readonly danger?: boolean
  /** Does it; the dialog closes when it is done, and says so when it failed. */
  readonly onConfirm: () => Promise<unknown>
  readonly onClose: () => void
  /** What will happen. */
  readonly children: ReactNode
}): ReactNode {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const shut = (): void => {
    setError(null)
    onClose()
  }
  const confirm = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await onConfirm()
      shut()
    } catch (thrown) {
      setError(thrown as ApiError)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog open={open} title={title} onClose={shut}>
      <div className="dialog-words">{children}</div>
      {error !== null && <ErrorPanel error={error} />}
      <DialogEnd>
        <Button onClick={shut}>Cancel</Button>
        <Button look={danger ? 'danger-main' : 'main'} busy={busy} onClick={() => void confirm()}>
          {verb}
        </Button>
      </DialogEnd>
    </Dialog>
  )
}

/** What is asked. */
export interface Asked {
  readonly title: string
  readonly verb: string
  readonly words: ReactNode
  readonly danger?: boolean
  readonly run: () => Promise<unknown>
}

/** Several questions of one component: `ask` opens one, `dialog` is where it appears. */
export function useConfirm(): {
  readonly ask: (asked: Asked) => void
  readonly dialog: ReactNode
} {
  const [asked, ask] = useState<Asked>()
  const [open, setOpen] = useState(false)
  return {
    ask: (next) => {
      ask(next)
      setOpen(true)
    },
    dialog:
      asked === undefined ? null : (
        <Confirm
          open={open}
          title={asked.title}
          verb={asked.verb}
          danger={asked.danger ?? true}
          onConfirm={asked.run}
          onClose={() => setOpen(false)}
        >
          {asked.words}
        </Confirm>
      ),
  }
}
