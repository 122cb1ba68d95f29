import { Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { Dialog, DialogEnd } from '../../design/dialog.tsx'
import { Form, TextField } from '../../design/form.tsx'
import type { Secret } from './view.ts'

/** A button, and the dialog that destroys a secret for whoever types its name. */
export function RemoveSecret({
  secret,
  mine,
  onDone,
}: {
  readonly secret: Secret
  readonly mine: boolean
  readonly onDone: () => void
}): ReactNode {
  const [open, setOpen] = useState(false)
  const { name } = secret
  return (
    <>
      <Button
        look="danger"
        icon={Trash2}
        aria-label={`Remove ${name}`}
        onClick={() => setOpen(true)}
      >
        Remove
      </Button>
      <Dialog open={open} title={`Remove ${name}?`} onClose={() => setOpen(false)}>
        <RemoveForm secret={secret} mine={mine} onCancel={() => setOpen(false)} onDone={onDone} />
      </Dialog>
    </>
  )
}

function RemoveForm({
  secret: { name, owner, servers },
  mine,
  onCancel,
  onDone,
}: {
  readonly secret: Secret
  readonly mine: boolean
  readonly onCancel: () => void
  readonly onDone: () => void
}): ReactNode {
  const [typed, setTyped] = useState('')
  const remove = useChange('secrets.remove', { touches: ['me', 'overview'] })
  const removeMine = useChange('me.removeSecret', { touches: ['secrets', 'overview'] })
  const busy = remove.isPending || removeMine.isPending
  const fits = typed === name
  const submit = (): void => {
    if (!fits || busy) return
    const onSuccess = (): void => {
      say('Removed', `${name}: its keys are destroyed, and nobody can read it again.`)
      onDone()
    }
    if (mine) removeMine.mutate({ name }, { onSuccess })
    else remove.mutate({ name, owner }, { onSuccess })
  }
  return (
    <Form error={remove.error ?? removeMine.error} onSubmit={submit}>
      <p className="dialog-words">
        The keys of all its versions are destroyed, for good: no backup brings it back. Calls to{' '}
        <b>{servers.length === 0 ? 'no server' : servers.join(', ')}</b> that need it are refused
        from then on. Where it came from it stays good until it is revoked there.
      </p>
      <TextField
        name="confirm"
        label={`Type ${name} to remove it`}
        value={typed}
        onChange={setTyped}
      />
      <DialogEnd>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="danger-main" disabled={!fits} busy={busy}>
          Remove it
        </Button>
      </DialogEnd>
    </Form>
  )
}
