/** A part of a text to be replaced. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A text with parts replaced that do not overlap. */
export function splice(text: string, parts: readonly Splice[]): string {
  let result = text
  for (const part of [...parts].sort((a, b) => b.start - a.start))
    result = result.slice(0, part.start) + part.text + result.slice(part.end)
  return result
}
