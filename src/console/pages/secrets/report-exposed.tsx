import { Eye } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { Dialog, DialogEnd } from '../../design/dialog.tsx'
import { Form, TextField } from '../../design/form.tsx'
import type { Secret } from './view.ts'

/** A button, and the dialog in which a person says that a secret was seen outside. */
export function ReportExposed({
  secret,
  mine,
}: {
  readonly secret: Secret
  readonly mine: boolean
}): ReactNode {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon={Eye} onClick={() => setOpen(true)}>
        It was seen
      </Button>
      <Dialog open={open} title={`Was ${secret.name} seen outside?`} onClose={() => setOpen(false)}>
        <ReportForm secret={secret} mine={mine} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function ReportForm({
  secret: { name, owner },
  mine,
  onDone,
}: {
  readonly secret: Secret
  readonly mine: boolean
  readonly onDone: () => void
}): ReactNode {
  const [where, setWhere] = useState('')
  const touches = ['me', 'secrets', 'overview']
  const report = useChange('secrets.exposed', { touches })
  const reportMine = useChange('me.exposedSecret', { touches })
  const onSuccess = (): void => {
    say('Noted', `${name} counts as exposed until it has a new value.`)
    onDone()
  }
  const submit = (): void => {
    if (mine) reportMine.mutate({ name, where }, { onSuccess })
    else report.mutate({ name, owner, where }, { onSuccess })
  }
  return (
    <Form error={report.error ?? reportMine.error} onSubmit={submit}>
      <p className="dialog-words">
        It counts as exposed from now on, for everybody to see, until it has a new value.
      </p>
      <TextField
        name="where"
        label="Where it was seen"
        hint="Such as a chat, a ticket, a file. Do not put the value itself in here."
        required
        value={where}
        onChange={setWhere}
      />
      <DialogEnd>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="main" busy={report.isPending || reportMine.isPending}>
          It was seen there
        </Button>
      </DialogEnd>
    </Form>
  )
}
