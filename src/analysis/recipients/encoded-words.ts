/** RFC 2047, 2. */
const WORD = /=\?([\w-]{1,40})(?:\*[\w-]{1,40})?\?([bq])\?([^?\s]{0,1024})\?=/gi

/** A display name with its encoded words decoded; those that cannot be stay as they are. */
export function decodedWords(text: string): string {
  return text.replace(WORD, (whole, charset: string, encoding: string, word: string) => {
    const bytes =
      encoding.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : quotedPrintable(word)
    try {
      return new TextDecoder(charset).decode(bytes)
    } catch {
      return whole
    }
  })
}

function quotedPrintable(word: string): Buffer {
  const text = word
    .replace(/_/g, ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(text, 'latin1')
}
