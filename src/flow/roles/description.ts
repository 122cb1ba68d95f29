import { type NameRole, roleOfWords } from './name-role.ts'

/** Words before the thing that a description names. */
const LEADING = new Set(
  'the a an this that its your optional required comma separated valid or more any if set unique full exact specific'.split(
    ' ',
  ),
)
/** Words that end the name of the thing. */
const ENDING = new Set(
  'of to for from that which who with in on at by as where when used is are will should received sent provided given must can e i such like'.split(
    ' ',
  ),
)
const MOST_WORDS = 24

/**
 * What a description says of its value: the thing that it names first (`The email address of …`), and for a
 * mere pointer (`ID of the user`) what that belongs to.
 */
export function roleOfDescription(description: string): NameRole {
  const words = description
    .slice(0, 200)
    .toLowerCase()
    .split(/[.;:(\n]/, 1)
    .flatMap((sentence) => sentence.match(/[\p{L}\p{N}]+/gu) ?? [])
    .slice(0, MOST_WORDS)
  const first = phrase(words, 0)
  const role = roleOfWords(first.words)
  if (!role.open || words[first.end] !== 'of') return role
  const second = phrase(words, first.end + 1)
  const whole = roleOfWords([...second.words, ...first.words])
  return whole.role === undefined ? role : whole
}

function phrase(
  words: readonly string[],
  from: number,
): { readonly words: readonly string[]; readonly end: number } {
  let start = from
  while (LEADING.has(words[start] ?? '')) start += 1
  let end = start
  while (end < words.length && !ENDING.has(words[end] ?? '')) end += 1
  return { words: words.slice(start, end), end }
}
