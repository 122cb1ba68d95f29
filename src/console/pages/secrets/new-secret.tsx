import { KeyRound } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { useMe } from '../../app/me.tsx'
import { useGo } from '../../app/place.tsx'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { Dialog, DialogEnd } from '../../design/dialog.tsx'
import { Field, Form, TextField } from '../../design/form.tsx'
import { Select } from '../../design/select.tsx'
import { ServersField } from './servers-field.tsx'
import { useSend } from './use-send.ts'
import { taken, ValueField, type ValueHandle } from './value-field.tsx'
import { DUE_AFTER, idOf } from './words.ts'

/** A button, and the dialog that puts a secret into the vault: one's own, or one that all use. */
export function NewSecret({ shared }: { readonly shared: boolean }): ReactNode {
  const [open, setOpen] = useState(false)
  const title = shared ? 'New shared secret' : 'New secret'
  return (
    <>
      <Button look="main" icon={KeyRound} onClick={() => setOpen(true)}>
        {title}
      </Button>
      <Dialog open={open} title={title} onClose={() => setOpen(false)}>
        <NewSecretForm shared={shared} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function NewSecretForm({
  shared,
  onDone,
}: {
  readonly shared: boolean
  readonly onDone: () => void
}): ReactNode {
  const me = useMe()
  const go = useGo()
  const value = useRef<ValueHandle>(null)
  const [name, setName] = useState('')
  const [purpose, setPurpose] = useState('')
  const [servers, setServers] = useState<readonly string[]>([])
  const [due, setDue] = useState('')
  const { busy, error, send } = useSend()
  const submit = async (): Promise<void> => {
    const terms = {
      ...{ name, purpose, servers: [...servers] },
      ...(due === '' ? {} : { rotateAfterDays: Number(due) }),
    }
    if (!(await send(shared ? 'secrets.set' : 'me.setSecret', { ...terms, ...taken(value) })))
      return
    say('Kept', `${name} is sealed, and shown to nobody.`)
    onDone()
    const owner = shared ? 'shared' : (me?.subject ?? '')
    go({ page: 'secrets', item: shared ? 'all' : 'mine', part: idOf({ name, owner }) })
  }
  return (
    <Form error={error} onSubmit={() => void submit()}>
      <p className="dialog-words">
        {shared
          ? 'All who use the servers below use it. It never stands in for the secret of a person.'
          : 'Only calls for you use it. Nobody else’s is ever used in its stead.'}
      </p>
      <TextField
        name="name"
        label="Name"
        hint="Small letters, digits, dots and dashes. Configurations name it by this, and it never changes."
        placeholder="wiki-token"
        required
        value={name}
        onChange={setName}
      />
      <ValueField label="Value" handle={value} />
      <ServersField value={servers} onChange={setServers} />
      <TextField
        name="purpose"
        label="Purpose"
        hint="What it is for, for whoever has to judge what happens to it."
        required
        value={purpose}
        onChange={setPurpose}
      />
      <Field name="rotateAfterDays" label="Due for a new value">
        {() => (
          <Select label="Due for a new value" value={due} choices={DUE_AFTER} onChange={setDue} />
        )}
      </Field>
      <DialogEnd>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="main" busy={busy}>
          Keep it
        </Button>
      </DialogEnd>
    </Form>
  )
}
