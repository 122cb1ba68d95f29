import { Ban, Check } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { reread, useChange } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { say } from '../../app/say.ts'
import { useShortcuts } from '../../app/shortcuts.ts'
import { Button } from '../../design/button.tsx'
import { Dialog, DialogEnd } from '../../design/dialog.tsx'
import { Form, TextField } from '../../design/form.tsx'
import { Keys } from '../../design/key.tsx'
import { type Decision, decisionsOn } from './decisions.ts'
import { type Diff, nameOf, SEVERITY_TONES, type Version } from './words.ts'

const GROUP = 'Definitions'

/** Buttons and keys by which somebody decides on a definition. */
export function Decide({ diff }: { readonly diff: Diff }): ReactNode {
  const may = useMay('servers.write')
  const [open, setOpen] = useState<Decision>()
  const decisions = may ? decisionsOn(diff) : []
  useShortcuts(
    decisions.map((decision) => ({
      keys: decision.keys,
      label: decision.verb,
      group: GROUP,
      run: () => setOpen(decision),
    })),
  )
  if (decisions.length === 0) return null
  return (
    <div className="actions">
      {decisions.map((decision) => (
        <Button
          key={decision.status}
          icon={decision.status === 'approved' ? Check : Ban}
          look={lookOf(decision, diff)}
          onClick={() => setOpen(decision)}
        >
          {decision.verb}
          <span className="definitions-key" aria-hidden>
            <Keys keys={decision.keys} />
          </span>
        </Button>
      ))}
      {open !== undefined && (
        <DecideDialog
          version={diff.definition}
          decision={open}
          onClose={() => setOpen(undefined)}
        />
      )}
    </div>
  )
}

/** What is risky is not what one presses first. */
function lookOf({ status }: Decision, { risk }: Diff): 'main' | 'plain' | 'danger' {
  if (status === 'rejected') return 'danger'
  return SEVERITY_TONES[risk] === 'bad' ? 'plain' : 'main'
}

/** Asks why, and decides. Who was overtaken decides on what is there now. */
export function DecideDialog({
  version,
  decision: { status, verb, title, words, done },
  onClose,
}: {
  readonly version: Version
  readonly decision: Decision
  readonly onClose: () => void
}): ReactNode {
  const [reason, setReason] = useState('')
  const decide = useChange('definitions.decide', { touches: ['findings', 'servers', 'overview'] })
  const overtaken = decide.error instanceof ApiError && decide.error.code === 'version_conflict'
  const submit = (): void => {
    const { server, kind, name, digest, version: seen } = version
    decide.mutate(
      { server, kind, name, digest, status, reason, version: seen },
      {
        onSuccess: () => {
          say(done, `${nameOf(version)} of ${server}`)
          onClose()
        },
      },
    )
  }
  return (
    <Dialog open title={title} description={words} onClose={onClose}>
      <Form error={decide.error} onSubmit={submit}>
        <TextField
          name="reason"
          label="Why"
          hint="It is kept with the decision, on record."
          required
          value={reason}
          onChange={setReason}
        />
        <DialogEnd>
          <Button onClick={onClose}>Cancel</Button>
          {overtaken ? (
            <Button
              onClick={() => {
                void reread(['definitions'])
                onClose()
              }}
            >
              Show what is there now
            </Button>
          ) : (
            <Button
              type="submit"
              look={status === 'rejected' ? 'danger-main' : 'main'}
              busy={decide.isPending}
            >
              {verb}
            </Button>
          )}
        </DialogEnd>
      </Form>
    </Dialog>
  )
}
