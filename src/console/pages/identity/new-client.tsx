import { AppWindow } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { Button } from '../../design/button.tsx'
import { Dialog, DialogEnd } from '../../design/dialog.tsx'
import { Field, Form, TextField } from '../../design/form.tsx'
import { Secret } from '../../design/secret.tsx'
import { Select } from '../../design/select.tsx'
import { wordsIn } from './words-in.ts'

type Method = 'none' | 'client_secret_basic'

const METHODS = [
  { value: 'none', label: 'nothing: a program on the machine of its user' },
  { value: 'client_secret_basic', label: 'a secret: a program on a server' },
] as const

/** A button, and the dialog that registers a client. */
export function NewClient(): ReactNode {
  const may = useMay('identity.write')
  const [open, setOpen] = useState(false)
  if (!may) return null
  return (
    <>
      <Button look="main" icon={AppWindow} onClick={() => setOpen(true)}>
        New client
      </Button>
      <Dialog
        open={open}
        title="New client"
        description="Whoever registers a client vouches for it: people see that when it asks them for access."
        onClose={() => setOpen(false)}
      >
        <NewClientForm onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function NewClientForm({ onDone }: { readonly onDone: () => void }): ReactNode {
  const [id, setId] = useState('')
  const [name, setName] = useState('')
  const [redirects, setRedirects] = useState('')
  const [method, setMethod] = useState<Method>('none')
  const register = useChange('clients.register')
  if (register.data !== undefined)
    return (
      <>
        <p>
          <b>{register.data.client.name}</b> is registered.
        </p>
        {register.data.secret !== undefined && (
          <>
            <p>Its secret is shown once:</p>
            <Secret text={register.data.secret} what="secret" />
          </>
        )}
        <DialogEnd>
          <Button look="main" onClick={onDone}>
            Done
          </Button>
        </DialogEnd>
      </>
    )
  const submit = (): void =>
    register.mutate({
      ...{ id, method, redirects: [...wordsIn(redirects)] },
      ...(name === '' ? {} : { name }),
    })
  return (
    <Form error={register.error} onSubmit={submit}>
      <TextField name="id" label="Id" required value={id} onChange={setId} />
      <TextField name="name" label="Name" value={name} onChange={setName} />
      <Field name="method" label="Proves itself by">
        {() => (
          <Select
            label="Proves itself by"
            value={method}
            choices={METHODS}
            onChange={(next) => setMethod(next as Method)}
          />
        )}
      </Field>
      <TextField
        name="redirects"
        label="Redirect addresses"
        hint="Exactly as it will send them, one a line."
        long
        value={redirects}
        onChange={setRedirects}
      />
      <DialogEnd>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="main" busy={register.isPending}>
          Register
        </Button>
      </DialogEnd>
    </Form>
  )
}
