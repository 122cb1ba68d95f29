/** A piece of a quote; `hit` is what was recognised in it. */
export interface QuotePart {
  readonly at: number
  readonly text: string
  readonly hit: boolean
}

/** A quote with the value in it told apart, wherever it stands, in either case; whole, and in its order. */
export function quoteParts(quote: string, value: string): readonly QuotePart[] {
  const [text, sought] = [quote.toLowerCase(), value.trim().toLowerCase()]
  // Lower-casing can make a text longer: places in it are places in the quote no more then.
  if (sought === '' || text.length !== quote.length) return whole(quote)
  const parts: QuotePart[] = []
  let from = 0
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, from)) {
    if (at > from) parts.push({ at: from, text: quote.slice(from, at), hit: false })
    from = at + sought.length
    parts.push({ at, text: quote.slice(at, from), hit: true })
  }
  if (from < quote.length) parts.push({ at: from, text: quote.slice(from), hit: false })
  return parts
}

function whole(text: string): readonly QuotePart[] {
  return text === '' ? [] : [{ at: 0, text, hit: false }]
}
