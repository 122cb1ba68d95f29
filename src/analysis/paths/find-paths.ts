/** Paths in one text at most. Of more, the first count: a text is no place to hand over paths. */
const MAX_FOUND = 64

/** The longest path that a system opens; a longer text is not one. */
const MAX_LENGTH = 4_096

/** A whole value that is written as a path, and as nothing else. */
const WHOLE =
  /^(?:\/(?![/*\s]|[^/\s]*\s)|\/\/[^/\s]+(?:[/]|$)|~(?:$|[\w.+-]*[\\/])|\.{1,2}(?:$|[\\/])|[A-Za-z]:[\\/]|\\\\[^\\\s]|file:)/i

/**
 * In running text: at its start or after what cannot be part of a path, one of a path within quotes,
 * a `file:` URL, a path from a drive, or one from the root with two names or more.
 */
const WITHIN =
  /(?<=^|[\s([{<=:,;|>"'`])(?:(?<=(["'`]))(?:\/[^"'`\n/]{1,255}\/|[A-Za-z]:[\\/])[^"'`\n]{0,1024}(?=\1)|file:\/\/[^\s"'`<>]+|[A-Za-z]:[\\/][^\s"'`<>|]+|\/[^\s"'`<>|/]+\/[^\s"'`<>|]+)/gi

/** Longer runs of these alone are encoded bytes, not names. */
const ENCODED_BYTES = /^[A-Za-z\d+/=]{60,}$/

/** Texts that are certainly paths: the whole text, or what stands in it. Linear in its length. */
export function findPaths(text: string): readonly string[] {
  const whole = text.trim()
  const found = new Set<string>()
  if (whole.length <= MAX_LENGTH && WHOLE.test(whole) && !/[\n\r]/.test(whole)) {
    if (isEncodedImage(whole)) return []
    found.add(whole)
    if (!/\s/.test(whole)) return [...found]
  }
  for (const [match] of partsOf(text)) {
    const path = withoutPunctuation(match)
    if (path.length > MAX_LENGTH || ENCODED_BYTES.test(path)) continue
    found.add(path)
    if (found.size >= MAX_FOUND) break
  }
  return [...found]
}

/** A text without any separator need not be searched. */
function partsOf(text: string): Iterable<RegExpExecArray> {
  return /[\\/]/.test(text) ? text.matchAll(WITHIN) : []
}

/** The first bytes of a JPEG image in Base64 look like a path from the root. */
function isEncodedImage(text: string): boolean {
  return text.startsWith('/9j/') && ENCODED_BYTES.test(text)
}

function withoutPunctuation(path: string): string {
  let end = path.length
  while (end > 1 && '.,;:!?)]}'.includes(path[end - 1] ?? '')) end -= 1
  return path.slice(0, end)
}
