/** What a word can be for. A word is of one class or of several. */
// biome-ignore format: groups
export const CLASSES = [
  // Acts.
  'dismiss', 'send', 'read', 'destroy', 'change', 'run', 'say', 'act', 'hide', 'request', 'pretend', 'visit', 'reveal',
  // What acts are about.
  'prior', 'orders', 'said', 'answer', 'private', 'secret', 'belongings', 'tool', 'guard', 'mode', 'task',
  // Who.
  'model', 'you', 'user', 'authority', 'me', 'system',
  // How.
  'not', 'must', 'please', 'urgent', 'now', 'new', 'done', 'before', 'instead', 'only', 'nobody', 'unasked', 'label', 'if', 'lead',
  // What honest texts say.
  'threat', 'example', 'letter', 'common', 'third', 'software', 'noun', 'det',
  // What is done with a text, and the text itself.
  'handle', 'here', 'tomodel', 'memory', 'outrank', 'times', 'note',
] as const
export type WordClass = (typeof CLASSES)[number]

/** Classes as bits: the first 31 in `low`, the others in `high`. */
export interface Bits {
  readonly low: number
  readonly high: number
}

/** The bits of classes. */
export function bitsOf(classes: readonly WordClass[]): Bits {
  let low = 0
  let high = 0
  for (const one of classes) {
    const index = CLASSES.indexOf(one)
    if (index < 31) low |= 1 << index
    else high |= 1 << (index - 31)
  }
  return { low, high }
}
