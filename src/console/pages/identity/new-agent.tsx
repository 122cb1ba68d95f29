import { Bot } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useMay, useMe } from '../../app/me.tsx'
import { useGo } from '../../app/place.tsx'
import { Button } from '../../design/button.tsx'
import { Dialog, DialogEnd } from '../../design/dialog.tsx'
import { CheckField, Form, TextField } from '../../design/form.tsx'
import { wordsIn } from './words-in.ts'

/** A button, and the dialog that makes an agent. */
export function NewAgent(): ReactNode {
  const may = useMay('identity.write')
  const [open, setOpen] = useState(false)
  if (!may) return null
  return (
    <>
      <Button look="main" icon={Bot} onClick={() => setOpen(true)}>
        New agent
      </Button>
      <Dialog open={open} title="New agent" onClose={() => setOpen(false)}>
        <NewAgentForm onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function NewAgentForm({ onDone }: { readonly onDone: () => void }): ReactNode {
  const me = useMe()
  const go = useGo()
  const [id, setId] = useState('')
  const [owner, setOwner] = useState(me?.id ?? '')
  const [purpose, setPurpose] = useState('')
  const [scopes, setScopes] = useState('read')
  const [acts, setActs] = useState(false)
  const create = useChange('agents.create')
  const submit = (): void =>
    create.mutate(
      { id, owner, purpose, scopes: [...wordsIn(scopes)], mayActForUsers: acts },
      {
        onSuccess: ({ agent }) => {
          onDone()
          go({ page: 'identity', item: 'agents', part: agent.id })
        },
      },
    )
  return (
    <Form error={create.error} onSubmit={submit}>
      <TextField
        name="id"
        label="Id"
        hint="Policies and records name it by this. It never changes."
        placeholder="nightly-report"
        required
        value={id}
        onChange={setId}
      />
      <TextField
        name="owner"
        label="Owner"
        hint="The user who answers for it. It may never approve what the owner's agents ask for."
        required
        value={owner}
        onChange={setOwner}
      />
      <TextField
        name="purpose"
        label="Purpose"
        hint="What it is for, for whoever has to judge what it does."
        long
        required
        value={purpose}
        onChange={setPurpose}
      />
      <TextField
        name="scopes"
        label="Scopes"
        hint="The most that it can be granted: read, write, execute, or server:tool. Separated by spaces."
        value={scopes}
        onChange={setScopes}
      />
      <CheckField
        label="May act for users"
        hint="With a token of theirs, exchanged for one that names both."
        checked={acts}
        onChange={setActs}
      />
      <DialogEnd>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="main" busy={create.isPending}>
          Create the agent
        </Button>
      </DialogEnd>
    </Form>
  )
}
