import {
  type ClipboardEvent,
  type ReactNode,
  type Ref,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/form.tsx'

/** A value on its way, as the gateway takes it. */
interface Value {
  readonly value: string
  /** It has several lines, such as a key in PEM. */
  readonly lines: boolean
}

/** Gives the value away, once: nothing of it stays in the page. */
export interface ValueHandle {
  take(): Value
}

/** What was put in, once. */
export function taken({ current }: { readonly current: ValueHandle | null }): Value {
  return current?.take() ?? { value: '', lines: false }
}

/**
 * A field for a value that nobody is to see again. It stands in the field alone and in no state of React,
 * where tools and reports of errors find it.
 */
export function ValueField({
  label,
  handle,
}: {
  readonly label: string
  readonly handle: Ref<ValueHandle>
}): ReactNode {
  const input = useRef<HTMLInputElement>(null)
  // A field of one line would drop the line ends of a key, and so destroy it.
  const pasted = useRef<string>(undefined)
  const [lines, setLines] = useState(0)
  const forget = (): void => {
    pasted.current = undefined
    if (input.current !== null) input.current.value = ''
    setLines(0)
  }
  useImperativeHandle(handle, () => ({
    take: () => {
      const several = pasted.current
      const value = several ?? input.current?.value ?? ''
      forget()
      return { value, lines: several !== undefined }
    },
  }))
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text/plain').replaceAll('\r\n', '\n')
    if (!text.trim().includes('\n')) return
    event.preventDefault()
    pasted.current = text
    if (input.current !== null) input.current.value = ''
    setLines(text.trim().split('\n').length)
  }
  return (
    <Field
      name="value"
      label={label}
      hint="It is sealed when it arrives, and never shown again. Paste one of several lines, such as a key, in one piece."
    >
      {(control) => (
        <div className="secrets-value">
          <input
            {...control}
            ref={input}
            type="password"
            className="input"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            data-1p-ignore
            data-lpignore="true"
            required
            readOnly={lines > 0}
            placeholder={lines > 0 ? `${lines} lines, pasted` : ''}
            onPaste={onPaste}
          />
          {lines > 0 && <Button onClick={forget}>Clear</Button>}
        </div>
      )}
    </Field>
  )
}
