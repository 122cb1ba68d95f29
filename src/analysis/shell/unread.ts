import type { HereDoc, ParsedScript } from 'unbash'

/** A script, and the text that its positions are in. */
export interface Region {
  readonly script: ParsedScript
  readonly source: string
}

/**
 * Whether the parser passed over something without a word. It is tolerant: what it cannot place it
 * may leave out, and no error says so. Between commands there may be nothing but separators,
 * comments, and here-documents.
 */
export function hasUnread(
  regions: readonly Region[],
  hereDocs: ReadonlyMap<string, readonly HereDoc[]>,
): boolean {
  const masked = new Map<string, string>()
  for (const [source, documents] of hereDocs) masked.set(source, mask(source, documents))
  return regions.some(({ script, source }) => {
    const text = masked.get(source) ?? source
    let from = script.pos
    for (const { pos, end } of script.commands) {
      if (!isSeparation(text.slice(from, pos))) return true
      from = end
    }
    return !isSeparation(text.slice(from, script.end))
  })
}

function isSeparation(text: string): boolean {
  return /^(?:[\s;&]|\\\r?\n|#[^\n]*(?:\n|$))*$/.test(text)
}

function mask(source: string, hereDocs: readonly HereDoc[]): string {
  const pieces: string[] = []
  let from = 0
  for (const { body, closing } of [...hereDocs].sort((a, b) => a.body.pos - b.body.pos)) {
    const end = closing?.end ?? body.end
    if (body.pos < from) continue
    pieces.push(source.slice(from, body.pos), ' '.repeat(end - body.pos))
    from = end
  }
  return pieces.join('') + source.slice(from)
}
