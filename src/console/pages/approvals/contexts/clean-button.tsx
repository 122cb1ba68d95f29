import { Eraser } from 'lucide-react'
import type { ReactNode } from 'react'
import { useChange } from '../../../api/queries.ts'
import { say } from '../../../app/say.ts'
import { Button } from '../../../design/button.tsx'
import { useConfirm } from '../../../design/confirm.tsx'
import type { FlowContext } from './context-card.tsx'

/** Ends a context, so that the next call opens a clean one. */
export function CleanButton({
  context: { id, client },
  who,
}: {
  readonly context: FlowContext
  readonly who: string
}): ReactNode {
  const end = useChange('flow.end')
  const { ask, dialog } = useConfirm()
  return (
    <>
      <Button
        size="small"
        look="danger"
        icon={Eraser}
        aria-label={`Open a clean context for ${who} with ${client}`}
        onClick={() =>
          ask({
            title: 'Open a clean context?',
            verb: 'Open a clean one',
            words: (
              <>
                <p>
                  The gateway forgets what this agent has read. What it does next counts as {who}’s
                  own wish, until it reads something again.
                </p>
                <p>
                  <b>Begin a new conversation in the client first.</b> The model still remembers
                  what it read; an instruction hidden there would no longer be held back.
                </p>
              </>
            ),
            run: async () => {
              await end.mutateAsync({ id })
              say('The next call opens a clean context')
            },
          })
        }
      >
        Open a clean context
      </Button>
      {dialog}
    </>
  )
}
