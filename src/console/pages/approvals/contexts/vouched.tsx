import { BadgeCheck } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useChange, useRead } from '../../../api/queries.ts'
import { say } from '../../../app/say.ts'
import { Button } from '../../../design/button.tsx'
import { Dialog, DialogEnd } from '../../../design/dialog.tsx'
import { Form, TextField } from '../../../design/form.tsx'
import { Loaded } from '../../../design/loaded.tsx'
import { Time } from '../../../design/time.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { nameOf } from '../groups.ts'

/** Values of a context that people or sources vouch for. */
export function Vouched({ id }: { readonly id: string }): ReactNode {
  const query = useRead('flow.endorsements', { id })
  return (
    <section aria-label="Vouched for">
      <h3>Vouched for</h3>
      <Loaded query={query} rows={1}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">Nothing. An approved call vouches for what was seen in it.</p>
          ) : (
            <ul className="rows">
              {items.map(({ value, by, reason, at }, index) => (
                <li key={`${at} ${index}`}>
                  <BadgeCheck aria-hidden />
                  <span className="rows-main two-lines">
                    {value === undefined ? (
                      <span className="quiet">a value that your roles do not show</span>
                    ) : (
                      <code>
                        <VisibleText text={value} />
                      </code>
                    )}
                    <span className="quiet">
                      {nameOf(by)}, <Time at={at} />: <VisibleText text={reason} />
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  )
}

/** A button, and the dialog in which a person vouches for a value. */
export function VouchButton({ id, who }: { readonly id: string; readonly who: string }): ReactNode {
  const [open, setOpen] = useState(false)
  return (
    <div className="actions">
      <Button size="small" icon={BadgeCheck} onClick={() => setOpen(true)}>
        Vouch for a value
      </Button>
      {open && <VouchDialog id={id} who={who} onClose={() => setOpen(false)} />}
    </div>
  )
}

function VouchDialog({
  id,
  who,
  onClose,
}: {
  readonly id: string
  readonly who: string
  readonly onClose: () => void
}): ReactNode {
  const [value, setValue] = useState('')
  const [reason, setReason] = useState('')
  const endorse = useChange('flow.endorse')
  const submit = (): void =>
    endorse.mutate(
      { id, value, reason },
      {
        onSuccess: () => {
          say('Vouched for', value)
          onClose()
        },
      },
    )
  return (
    <Dialog
      open
      title="Vouch for a value"
      description={`Whatever named it, ${who}’s agent may use it from now on, until this context is over.`}
      onClose={onClose}
    >
      <Form error={endorse.error} onSubmit={submit}>
        <TextField
          name="value"
          label="The value, exactly"
          hint="Take it from where you know it to be right, not from what the agent shows you."
          placeholder="ann@example.org"
          required
          value={value}
          onChange={setValue}
        />
        <TextField
          name="reason"
          label="Why"
          hint="Kept in the record, with your name."
          required
          value={reason}
          onChange={setReason}
        />
        <DialogEnd>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="main" busy={endorse.isPending}>
            Vouch for it
          </Button>
        </DialogEnd>
      </Form>
    </Dialog>
  )
}
