import { type ReactNode, useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { Dialog, DialogEnd } from '../../design/dialog.tsx'
import { Field, Form, TextField } from '../../design/form.tsx'
import { Select } from '../../design/select.tsx'
import { exactTime, Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import type { Triaged } from './words.ts'

const DAY = 86_400_000
const TERMS = [
  { value: '7', label: 'a week' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
]
const USUAL = '30'

/** Accepts a finding for a while, or takes that back. */
export function TriageActions({ triaged }: { readonly triaged: Triaged }): ReactNode {
  const may = useMay('servers.write')
  const [open, setOpen] = useState<'accept' | 'reopen'>()
  if (!may) return null
  const close = (): void => setOpen(undefined)
  return (
    <span className="definitions-triage">
      {triaged.state === 'accepted' ? (
        <Button size="small" onClick={() => setOpen('reopen')}>
          Open again
        </Button>
      ) : (
        <Button size="small" onClick={() => setOpen('accept')}>
          Accept
        </Button>
      )}
      {open === 'accept' && <AcceptDialog triaged={triaged} onClose={close} />}
      {open === 'reopen' && <ReopenDialog triaged={triaged} onClose={close} />}
    </span>
  )
}

interface DialogProps {
  readonly triaged: Triaged
  readonly onClose: () => void
}

function AcceptDialog({ triaged: { fingerprint, finding }, onClose }: DialogProps): ReactNode {
  const [reason, setReason] = useState('')
  const [days, setDays] = useState(USUAL)
  const accept = useChange('findings.accept', { touches: ['definitions'] })
  const submit = (): void => {
    const expires = new Date(Date.now() + Number(days) * DAY).toISOString()
    accept.mutate(
      { fingerprint, reason, expires },
      {
        onSuccess: () => {
          say('Accepted', `Until ${exactTime(Date.parse(expires))} it does not count.`)
          onClose()
        },
      },
    )
  }
  return (
    <Dialog
      open
      title="Accept this finding?"
      description={`${finding.why}. It stays listed, but does not count until then; in another text it is open again.`}
      onClose={onClose}
    >
      <Form error={accept.error} onSubmit={submit}>
        <TextField
          name="reason"
          label="Why it can be lived with"
          required
          value={reason}
          onChange={setReason}
        />
        <Field name="expires" label="For">
          {() => <Select label="For" value={days} choices={TERMS} onChange={setDays} />}
        </Field>
        <DialogEnd>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="main" busy={accept.isPending}>
            Accept
          </Button>
        </DialogEnd>
      </Form>
    </Dialog>
  )
}

function ReopenDialog({ triaged: { fingerprint, finding }, onClose }: DialogProps): ReactNode {
  const [reason, setReason] = useState('')
  const reopen = useChange('findings.reopen', { touches: ['definitions'] })
  const submit = (): void =>
    reopen.mutate(
      { fingerprint, reason },
      {
        onSuccess: () => {
          say('Open again')
          onClose()
        },
      },
    )
  return (
    <Dialog
      open
      title="Open this finding again?"
      description={`${finding.why}. From now on it counts.`}
      onClose={onClose}
    >
      <Form error={reopen.error} onSubmit={submit}>
        <TextField name="reason" label="Why" required value={reason} onChange={setReason} />
        <DialogEnd>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="main" busy={reopen.isPending}>
            Open it again
          </Button>
        </DialogEnd>
      </Form>
    </Dialog>
  )
}

/** Who accepted a finding, why, and until when. */
export function TriageLine({
  triaged: { acceptance, state },
}: Pick<DialogProps, 'triaged'>): ReactNode {
  if (acceptance === undefined) return null
  const { by, at, reason, expires } = acceptance
  return (
    <p className="quiet">
      {state === 'expired' ? 'Was accepted' : 'Accepted'} <Time at={at} /> by <code>{by}</code>,
      until {exactTime(Date.parse(expires))}: <VisibleText text={reason} />
    </p>
  )
}
