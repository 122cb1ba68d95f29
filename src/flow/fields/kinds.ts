/** Tokens that stand for one thing, by the kind of thing. */
const KINDS: readonly RegExp[] = [
  /^[^\s@]{1,64}@[^\s@]{1,120}$/,
  /^[a-z][a-z0-9+.-]{1,20}:\/\/\S{1,400}$/i,
  /^[\d.,:+TZ /-]{1,40}$/,
  /^[^\s\\/.]{0,200}[\\/.]\S{1,200}$/,
  /^[A-Za-z_-]{0,20}\d[\w-]{0,60}$/,
  // Names, as of places and people: a sentence has words that are not written large.
  /^[\p{Lu}\p{N}][\p{L}\p{M}\p{N}.'’&-]{0,40}(?: (?:[\p{Lu}\p{N}&][\p{L}\p{M}\p{N}.'’&-]{0,40}|of|the|and|de|la|le|du|des|di|da|van|von|der|y|et|und)){0,5}$/u,
]
const MAX_WORDS = 4

/**
 * Whether lines are a list of things, not words of a sentence: all of one kind that no word belongs to.
 * Whoever writes a text may break its lines where they like.
 */
export function areOfOneKind(lines: readonly string[]): boolean {
  return KINDS.some((kind) => lines.every((line) => kind.test(line) && wordsOf(line) <= MAX_WORDS))
}

function wordsOf(line: string): number {
  return line.match(/[A-Za-z]{2,}/g)?.length ?? 0
}
