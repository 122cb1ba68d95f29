import { type ReactNode, useState } from 'react'
import type { Output } from '../../api/call.ts'
import { useChange } from '../../api/queries.ts'
import { Button } from '../../design/button.tsx'
import { Dialog, DialogEnd } from '../../design/dialog.tsx'
import { Form, TextField } from '../../design/form.tsx'
import { wordsIn } from './words-in.ts'

/** Changes the local groups of a user, and with them their roles. */
export function EditGroups({
  user,
  open,
  onClose,
}: {
  readonly user: Output<'users.show'>['user']
  readonly open: boolean
  readonly onClose: () => void
}): ReactNode {
  return (
    <Dialog
      open={open}
      title={`Groups of ${user.name}`}
      description="These are the groups that this gateway keeps. Those that a login provider names stay as they are."
      onClose={onClose}
    >
      <EditForm user={user} onDone={onClose} />
    </Dialog>
  )
}

function EditForm({
  user,
  onDone,
}: {
  readonly user: Output<'users.show'>['user']
  readonly onDone: () => void
}): ReactNode {
  const local =
    user.memberships?.filter(({ source }) => source === 'local').map(({ group }) => group) ??
    user.groups
  const [groups, setGroups] = useState(local.join(' '))
  const change = useChange('users.groups')
  const submit = (): void =>
    change.mutate({ id: user.id, groups: [...wordsIn(groups)] }, { onSuccess: onDone })
  return (
    <Form error={change.error} onSubmit={submit}>
      <TextField
        name="groups"
        label="Groups"
        hint="Separated by spaces. What they lose by it ends at once."
        long
        value={groups}
        onChange={setGroups}
      />
      <DialogEnd>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="main" busy={change.isPending}>
          Save
        </Button>
      </DialogEnd>
    </Form>
  )
}
