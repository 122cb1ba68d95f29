import { CircleAlert } from 'lucide-react'
import { createContext, type FormEvent, type ReactNode, useContext, useId } from 'react'
import type { ApiError } from '../api/api-error.ts'
import { ErrorPanel } from './error-panel.tsx'

const Faults = createContext<ReadonlyMap<string, string>>(new Map())

/** Fields that are sent together. What the gateway finds wrong stands at the field that it names. */
export function Form({
  error,
  onSubmit,
  children,
}: {
  readonly error: ApiError | null
  readonly onSubmit: () => void
  readonly children: ReactNode
}): ReactNode {
  const faults = new Map(error?.faults.map(({ member, message }) => [member, message]))
  return (
    <Faults value={faults}>
      <form
        className="form"
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        {error !== null && <ErrorPanel error={error} />}
        {children}
      </form>
    </Faults>
  )
}

interface FieldProps {
  /** The member of the input. */
  readonly name: string
  readonly label: string
  readonly hint?: ReactNode
}

/** What a control of a field is given. */
export interface ControlProps {
  readonly id: string
  readonly name: string
  readonly 'aria-invalid': boolean
  readonly 'aria-describedby': string | undefined
}

/** A label, a control, a hint, and what is wrong. */
export function Field({
  name,
  label,
  hint,
  children,
}: FieldProps & { readonly children: (control: ControlProps) => ReactNode }): ReactNode {
  const id = useId()
  const fault = useContext(Faults).get(name)
  const described = [
    hint === undefined ? undefined : `${id}-hint`,
    fault === undefined ? undefined : `${id}-fault`,
  ].filter((one) => one !== undefined)
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        name,
        'aria-invalid': fault !== undefined,
        'aria-describedby': described.length === 0 ? undefined : described.join(' '),
      })}
      {hint !== undefined && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p className="field-error" id={`${id}-fault`}>
          <CircleAlert aria-hidden /> {fault}
        </p>
      )}
    </div>
  )
}

interface TextProps extends FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly placeholder?: string
  readonly required?: boolean
  /** Several lines. */
  readonly long?: boolean
}

/** A field for a text. */
export function TextField({
  value,
  onChange,
  placeholder,
  required = false,
  long = false,
  ...field
}: TextProps): ReactNode {
  return (
    <Field {...field}>
      {(control) => {
        const props = {
          ...control,
          ...{ className: 'input', value, required, autoComplete: 'off' as const },
          ...(placeholder === undefined ? {} : { placeholder }),
          onChange: (event: { readonly target: { readonly value: string } }) =>
            onChange(event.target.value),
        }
        return long ? <textarea {...props} rows={3} /> : <input {...props} />
      }}
    </Field>
  )
}

/** A box to tick. */
export function CheckField({
  checked,
  label,
  hint,
  onChange,
}: {
  readonly checked: boolean
  readonly label: string
  readonly hint?: string
  readonly onChange: (checked: boolean) => void
}): ReactNode {
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        {label}
        {hint !== undefined && <span className="field-hint check-hint">{hint}</span>}
      </span>
    </label>
  )
}
