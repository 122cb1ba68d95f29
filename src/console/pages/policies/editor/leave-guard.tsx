import { useBlocker } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Button } from '../../../design/button.tsx'
import { Dialog, DialogEnd } from '../../../design/dialog.tsx'
import { isChanged } from './draft.ts'
import { currentDraft, setDraft } from './use-draft.ts'

/** Asks before one leaves the policies with a draft that no version has, or closes the window. */
export function LeaveGuard(): ReactNode {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ next }) => unsaved() && !/^(\/console)?\/policies(\/|$)/.test(next.pathname),
    enableBeforeUnload: unsaved,
    withResolver: true,
  })
  const leave = (): void => proceed?.()
  return (
    <Dialog
      open={status === 'blocked'}
      title="Leave with a draft?"
      description="What you wrote is in no version yet. It stays in this window, and is gone when you close or reload it."
      onClose={() => reset?.()}
    >
      <DialogEnd>
        <Button onClick={() => reset?.()}>Stay</Button>
        <Button
          look="danger"
          onClick={() => {
            setDraft(undefined)
            leave()
          }}
        >
          Give it up
        </Button>
        <Button look="main" onClick={leave}>
          Leave, keep it here
        </Button>
      </DialogEnd>
    </Dialog>
  )
}

function unsaved(): boolean {
  const draft = currentDraft()
  return draft !== undefined && isChanged(draft)
}
