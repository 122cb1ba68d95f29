import { UserPlus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { Button } from '../../design/button.tsx'
import { Dialog, DialogEnd } from '../../design/dialog.tsx'
import { Form, TextField } from '../../design/form.tsx'
import { Secret } from '../../design/secret.tsx'
import { wordsIn } from './words-in.ts'

/** A button, and the dialog that makes somebody a user and shows their link. */
export function NewUser(): ReactNode {
  const may = useMay('identity.write')
  const [open, setOpen] = useState(false)
  if (!may) return null
  return (
    <>
      <Button look="main" icon={UserPlus} onClick={() => setOpen(true)}>
        New user
      </Button>
      <Dialog open={open} title="New user" onClose={() => setOpen(false)}>
        <NewUserForm onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function NewUserForm({ onDone }: { readonly onDone: () => void }): ReactNode {
  const [id, setId] = useState('')
  const [name, setName] = useState('')
  const [groups, setGroups] = useState('')
  const create = useChange('users.create')
  if (create.data !== undefined)
    return (
      <>
        <p>
          <b>{create.data.user.name}</b> sets a password with this link. It is shown once, and opens
          once.
        </p>
        <Secret text={create.data.link.url} what="link" />
        <DialogEnd>
          <Button look="main" onClick={onDone}>
            Done
          </Button>
        </DialogEnd>
      </>
    )
  const submit = (): void =>
    create.mutate({ id, ...(name === '' ? {} : { name }), groups: [...wordsIn(groups)] })
  return (
    <Form error={create.error} onSubmit={submit}>
      <TextField
        name="id"
        label="Id"
        hint="Policies and records name them by it. It never changes."
        placeholder="ada"
        required
        value={id}
        onChange={setId}
      />
      <TextField
        name="name"
        label="Name"
        placeholder="Ada Lovelace"
        value={name}
        onChange={setName}
      />
      <TextField
        name="groups"
        label="Groups"
        hint="Separated by spaces. Roles come from owners, operators, approvers, auditors."
        value={groups}
        onChange={setGroups}
      />
      <DialogEnd>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="main" busy={create.isPending}>
          Create the user
        </Button>
      </DialogEnd>
    </Form>
  )
}
