/** Under such a name it is something public, however it looks. */
const PUBLIC_NAME =
  /(?:^|[^a-z])(?:id|ids|ref|url|uri|path|dir|file|folder|host|domain|name|hash|sha|sha256|digest|checksum|commit|rev|revision|tag|version|model|image|region|email|user|username|public|cwd|root|package|from|stamp|address|contract)$/i
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const CHARACTERS = /^[A-Za-z0-9+/=_~.-]{24,512}$/
/** Bits for each character that random letters of base 16, 36 or 64 reach in such lengths. */
const LEAST_ENTROPY = 3.3

/**
 * Whether a text looks drawn by a machine, for a name that says nothing: long, of letters and digits mixed, with
 * a run of at least 20 without a separator. A UUID, a path and a digest named as one are not.
 */
export function looksDrawn(text: string, name = ''): boolean {
  if (!CHARACTERS.test(text) || UUID.test(text) || PUBLIC_NAME.test(spread(name))) return false
  const longest = longestRun(text)
  return longest.length >= 20 && changes(longest) >= 5 && entropy(longest) >= LEAST_ENTROPY
}

/** `projectRef` and `PROJECT_REF` alike end in a word of their own. */
function spread(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replaceAll('_', '-')
}

function longestRun(text: string): string {
  return text
    .split(/[^A-Za-z0-9]/)
    .reduce((best, run) => (run.length > best.length ? run : best), '')
}

/** How often letters and digits take turns: in words with a number behind them once. */
function changes(text: string): number {
  let count = 0
  for (let at = 1; at < text.length; at++) if (isDigit(text, at) !== isDigit(text, at - 1)) count++
  return count
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}

function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) {
    const share = count / text.length
    bits -= share * Math.log2(share)
  }
  return bits
}
