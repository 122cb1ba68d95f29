import { Bird } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Output } from '../../api/call.ts'
import { useChange, useRead } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { Button } from '../../design/button.tsx'
import { Dialog, DialogEnd } from '../../design/dialog.tsx'
import { Field, Form, TextField } from '../../design/form.tsx'
import { Secret } from '../../design/secret.tsx'
import { Select } from '../../design/select.tsx'
import { CANARY_KINDS, type Canary } from './canary-words.ts'

type Planted = Output<'canaries.plant'>

/** A button, and the dialog that makes a decoy and shows it this once. */
export function PlantCanary(): ReactNode {
  const may = useMay('settings.write')
  const [open, setOpen] = useState(false)
  if (!may) return null
  return (
    <>
      <Button look="main" icon={Bird} onClick={() => setOpen(true)}>
        Plant a decoy
      </Button>
      {open && <PlantDialog onClose={() => setOpen(false)} />}
    </>
  )
}

function PlantDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [planted, setPlanted] = useState<Planted>()
  return (
    <Dialog
      open
      title={planted === undefined ? 'Plant a decoy' : 'The decoy'}
      description={
        planted === undefined
          ? 'It looks real, and nobody has a reason to use it.'
          : 'Put it where you said. It is shown this once: the gateway itself does not keep it.'
      }
      onClose={onClose}
    >
      {planted === undefined ? (
        <PlantForm onPlanted={setPlanted} onClose={onClose} />
      ) : (
        <>
          <Secret text={planted.value} what="decoy" />
          <DialogEnd>
            <Button look="main" onClick={onClose}>
              It is in its place
            </Button>
          </DialogEnd>
        </>
      )}
    </Dialog>
  )
}

const ANY = { value: '', label: 'any' }

function PlantForm({
  onPlanted,
  onClose,
}: {
  readonly onPlanted: (planted: Planted) => void
  readonly onClose: () => void
}): ReactNode {
  const servers = useRead('servers.list', {}).data?.servers ?? []
  const [place, setPlace] = useState('')
  const [kind, setKind] = useState<string>('aws-key')
  const [server, setServer] = useState('')
  const [principal, setPrincipal] = useState('')
  const plant = useChange('canaries.plant')
  const submit = (): void =>
    plant.mutate(
      {
        ...{ kind: kind as Canary['kind'], place },
        ...(server === '' ? {} : { server }),
        ...(principal === '' ? {} : { principal }),
      },
      { onSuccess: onPlanted },
    )
  return (
    <Form error={plant.error} onSubmit={submit}>
      <TextField
        name="place"
        label="Where you put it"
        hint="In your words; whoever hears of a sighting reads this."
        placeholder="~/.aws/credentials of ann"
        required
        value={place}
        onChange={setPlace}
      />
      <Field name="kind" label="Looks like">
        {() => (
          <Select
            label="Looks like"
            value={kind}
            choices={Object.entries(CANARY_KINDS).map(([value, label]) => ({ value, label }))}
            onChange={setKind}
          />
        )}
      </Field>
      <Field name="server" label="In reach of the server">
        {() => (
          <Select
            label="In reach of the server"
            value={server}
            choices={[ANY, ...servers.map(({ name }) => ({ value: name, label: name }))]}
            onChange={setServer}
          />
        )}
      </Field>
      <TextField
        name="principal"
        label="Among the data of"
        hint="user:ann or agent:bot; empty: of everybody."
        placeholder="user:ann"
        value={principal}
        onChange={setPrincipal}
      />
      <DialogEnd>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="main" busy={plant.isPending}>
          Plant it
        </Button>
      </DialogEnd>
    </Form>
  )
}
