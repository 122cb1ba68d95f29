const BACKSLASH = 0x5c

/**
 * The end of a string literal in a JSON text: the index after its closing quote, or the end of the
 * text if it has none.
 *
 * @param start the index of its opening quote.
 */
export function afterString(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from)
    if (quote === -1) return text.length
    let slash = quote
    while (text.charCodeAt(slash - 1) === BACKSLASH) slash -= 1
    // An odd number of backslashes escapes the quote.
    if ((quote - slash) % 2 === 0) return quote + 1
    from = quote + 1
  }
}
