import { RotateCw } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { Dialog, DialogEnd } from '../../design/dialog.tsx'
import { Field, Form } from '../../design/form.tsx'
import { Select } from '../../design/select.tsx'
import { useSend } from './use-send.ts'
import { taken, ValueField, type ValueHandle } from './value-field.tsx'
import type { Secret } from './view.ts'
import { firstOverlap, OVERLAPS } from './words.ts'

/** A button, and the dialog that gives a secret a new value. */
export function ChangeValue({
  secret,
  look = 'plain',
}: {
  readonly secret: Secret
  readonly look?: 'plain' | 'main'
}): ReactNode {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        look={look}
        icon={RotateCw}
        aria-label={`Change value of ${secret.name}`}
        onClick={() => setOpen(true)}
      >
        Change value
      </Button>
      <Dialog
        open={open}
        title={`Change the value of ${secret.name}`}
        onClose={() => setOpen(false)}
      >
        <ChangeForm secret={secret} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function ChangeForm({
  secret,
  onDone,
}: {
  readonly secret: Secret
  readonly onDone: () => void
}): ReactNode {
  const { name, owner, version, state } = secret
  const value = useRef<ValueHandle>(null)
  const [overlap, setOverlap] = useState(() => firstOverlap(state))
  const { busy, error, send } = useSend()
  const submit = async (): Promise<void> => {
    const change = { name, version, overlapMinutes: Number(overlap), ...taken(value) }
    if (!(await send(owner === 'shared' ? 'secrets.rotate' : 'me.rotateSecret', change))) return
    say('Changed', `${name} has a new value, which is used from the next request on.`)
    onDone()
  }
  return (
    <Form error={error} onSubmit={() => void submit()}>
      <p className="dialog-words">
        {state === 'exposed'
          ? 'Make a new value where this one comes from, and have the old one revoked there: only then is it worth nothing to whoever saw it.'
          : 'Make a new value where this one comes from, and put it in here.'}
      </p>
      <ValueField label="New value" handle={value} />
      <Field
        name="overlapMinutes"
        label="The old one stays good"
        hint="Servers that refuse the new value meanwhile are shown the old one."
      >
        {() => (
          <Select
            label="The old one stays good"
            value={overlap}
            choices={OVERLAPS}
            onChange={setOverlap}
          />
        )}
      </Field>
      <DialogEnd>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="main" busy={busy}>
          Change it
        </Button>
      </DialogEnd>
    </Form>
  )
}
