import type { Output } from '../../../api/call.ts'

export type Finding = Output<'policies.check'>['findings'][number]

/** Offsets in the text of a file. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Where in a text something is said; in a text that has changed since, as near as there is. */
export function spanOf(
  text: string,
  { line, column, endColumn }: Pick<Finding, 'line' | 'column' | 'endColumn'>,
): Span {
  const lines = text.split('\n')
  const index = Math.min(Math.max(line, 1), lines.length) - 1
  const start = lines.slice(0, index).reduce((sum, one) => sum + one.length + 1, 0)
  const length = lines[index]?.length ?? 0
  const from = start + Math.min(Math.max(column, 1) - 1, length)
  return { from, to: Math.max(from, start + Math.min(endColumn - 1, length)) }
}

/** A text to put in the place of another. */
export interface Replacement extends Span {
  readonly insert: string
}

const MEANT = /`([^`]+)`[^`]*\(did you mean `([^`]+)`\?\)/

/**
 * What the gateway thinks was meant, if it said so and the word stands where it points: its line, from its
 * column on.
 */
export function replacementFor(text: string, finding: Finding): Replacement | undefined {
  const [, written, meant] = MEANT.exec(finding.message) ?? []
  if (written === undefined || meant === undefined) return undefined
  const { from } = spanOf(text, finding)
  const end = text.indexOf('\n', from)
  const rest = text.slice(from, end < 0 ? undefined : end)
  // Of a path such as `account.ibn` only the last step is another one.
  const word = /[.:]/.test(meant) ? written : (written.split('.').at(-1) ?? written)
  const at = rest.indexOf(word)
  if (at < 0 || isLetter(rest[at - 1]) || isLetter(rest[at + word.length])) return undefined
  return { from: from + at, to: from + at + word.length, insert: meant }
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character)
}

const ORDER = { error: 0, warning: 1, info: 2 } as const

/** The worst first, and then as they stand. */
export function sorted(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) =>
      ORDER[a.severity] - ORDER[b.severity] ||
      a.file.localeCompare(b.file, 'en') ||
      a.line - b.line ||
      a.column - b.column,
  )
}
