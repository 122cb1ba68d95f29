import { Check, Copy } from 'lucide-react'
import { type ReactNode, useState } from 'react'

/** Milliseconds for which it says that it was done. */
const SHOWN = 1_600

/** Copies a text, whole, as it stands. */
export function CopyButton({
  text,
  what,
}: {
  readonly text: string
  /** For screen readers: `Copy …`. */
  readonly what: string
}): ReactNode {
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), SHOWN)
  }
  return (
    <button
      type="button"
      className="icon-button copy"
      aria-label={copied ? 'Copied' : `Copy ${what}`}
      onClick={() => void copy().catch(() => setCopied(false))}
    >
      {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
    </button>
  )
}
