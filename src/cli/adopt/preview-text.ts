import type { Preview } from '../../inventory/adopt/preview.ts'
import type { Context } from '../context.ts'
import { paint, printable } from '../terminal.ts'

/** The lines of a preview, in the colours of a diff. */
export function previewText(context: Context, { file, diff, problem }: Preview): readonly string[] {
  if (problem !== undefined) return [printable(`${file}: ${problem}`)]
  return diff.map((line) => {
    const text = printable(line)
    if (line.startsWith('+')) return paint(context, 'green', text)
    return line.startsWith('-') ? paint(context, 'red', text) : text
  })
}
