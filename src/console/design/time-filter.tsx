import { CalendarRange } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useGo, usePlace } from '../app/place.tsx'
import { Button } from './button.tsx'
import { Dialog, DialogEnd } from './dialog.tsx'
import { Field, Form } from './form.tsx'
import { Select } from './select.tsx'
import { exactTime } from './time.tsx'
import {
  localMoment,
  rangeIn,
  SPAN_CHOICES,
  type Span,
  spanIn,
  type TimeRange,
} from './time-span.ts'

const EXACT = 'exact'

/**
 * Chooses the time that a page shows: a span that ends now (`span` in the address), or exact moments
 * (`from`, `to`).
 */
export function TimeFilter({ other }: { readonly other?: Span }): ReactNode {
  const here = usePlace()
  const go = useGo()
  const [open, setOpen] = useState(false)
  const { from, to } = here.search
  const exact = from !== undefined || to !== undefined
  const choose = (search: Readonly<Record<string, string>>): void => {
    if (here.page === undefined) return
    const { span: _, from: __, to: ___, ...rest } = here.search
    go({ page: here.page, item: here.item, part: here.part, search: { ...rest, ...search } })
  }
  const range = rangeIn(here.search, Date.now())
  return (
    <>
      <Select
        look="filter"
        label="Time"
        value={exact ? EXACT : (spanIn(here.search) ?? other ?? '')}
        choices={[
          ...(other === undefined ? [{ value: '', label: 'any' }] : []),
          ...SPAN_CHOICES,
          { value: EXACT, label: exact ? said(range) : 'from … to …' },
        ]}
        onChange={(next) => {
          if (next === EXACT) setOpen(true)
          else choose(next === '' || next === other ? {} : { span: next })
        }}
      />
      {exact && (
        <Button look="bare" icon={CalendarRange} onClick={() => setOpen(true)}>
          Change
        </Button>
      )}
      <Dialog open={open} title="From when to when?" onClose={() => setOpen(false)}>
        <Moments
          range={range}
          onDone={(next) => {
            choose({ ...next })
            setOpen(false)
          }}
          onCancel={() => setOpen(false)}
        />
      </Dialog>
    </>
  )
}

function Moments({
  range,
  onDone,
  onCancel,
}: {
  readonly range: TimeRange
  readonly onDone: (range: TimeRange) => void
  readonly onCancel: () => void
}): ReactNode {
  const [from, setFrom] = useState(localMoment(range.from))
  const [to, setTo] = useState(localMoment(range.to))
  const given = (name: 'from' | 'to', local: string): TimeRange =>
    local === '' ? {} : { [name]: new Date(local).toISOString() }
  return (
    <Form error={null} onSubmit={() => onDone({ ...given('from', from), ...given('to', to) })}>
      <MomentField name="from" label="From" value={from} onChange={setFrom} />
      <MomentField name="to" label="To" hint="Empty: now." value={to} onChange={setTo} />
      <DialogEnd>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="main">
          Show this time
        </Button>
      </DialogEnd>
    </Form>
  )
}

/** A field for a moment in the zone of the browser. */
export function MomentField({
  name,
  label,
  hint,
  value,
  onChange,
}: {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly onChange: (value: string) => void
}): ReactNode {
  return (
    <Field name={name} label={label} {...(hint === undefined ? {} : { hint })}>
      {(control) => (
        <input
          {...control}
          type="datetime-local"
          className="input"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

function said({ from, to }: TimeRange): string {
  const words = (moment: string): string => exactTime(Date.parse(moment))
  if (from === undefined) return to === undefined ? 'any' : `until ${words(to)}`
  return to === undefined ? `since ${words(from)}` : `${words(from)} to ${words(to)}`
}
