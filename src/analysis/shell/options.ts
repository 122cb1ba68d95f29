import type { Literal } from './draft.ts'
import type { Wrapper } from './wrappers.ts'

/** The words of a command, split where its options end. */
export interface Front {
  readonly options: readonly Literal[]
  /** The words behind the options. */
  readonly rest: readonly Literal[]
  readonly scripts: readonly string[]
  /** Whether an option is unknown, so that the program may be another word. */
  readonly unsure: boolean
}

/** Reads options as their program does: as far as its table goes. */
export function front(words: readonly Literal[], wrapper: Wrapper | undefined): Front {
  if (wrapper === undefined) return { options: [], rest: words, scripts: [], unsure: false }
  const taken: Option[] = []
  let index = 0
  while (isOption(words[index])) {
    const one = option(String(words[index]), words[index + 1], wrapper)
    taken.push(one)
    index += one.next ? 2 : 1
    if (one.last) break
  }
  const [options, rest] = [words.slice(0, index), words.slice(index)]
  const scripts = taken.flatMap(({ script }) => (typeof script === 'string' ? [script] : []))
  const unknown = taken.some((one) => one.unknown || one.script === null)
  return { options, rest, scripts, unsure: unknown || rest[0] === null || options.includes(null) }
}

function isOption(word: Literal | undefined): boolean {
  return typeof word === 'string' && /^-./.test(word)
}

interface Option {
  /** Whether the next word is its value. */
  readonly next: boolean
  readonly unknown: boolean
  /** Whether no option follows. */
  readonly last?: boolean
  readonly script?: Literal
}

function option(word: string, next: Literal | undefined, wrapper: Wrapper): Option {
  if (word === '--') return { next: false, unknown: false, last: true }
  const script = scriptOption(word, next, wrapper.script ?? [])
  if (script) return script
  if (word.startsWith('--')) {
    const [name, value] = word.slice(2).split('=', 2)
    if (wrapper.longValued?.includes(String(name)))
      return { next: value === undefined, unknown: false }
    return { next: false, unknown: value === undefined && !wrapper.long?.includes(String(name)) }
  }
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at)
    if (wrapper.valued?.includes(letter)) return { next: at + 1 === word.length, unknown: false }
    if (!wrapper.plain?.includes(letter)) return { next: false, unknown: true }
  }
  return { next: false, unknown: false }
}

function scriptOption(
  word: string,
  next: Literal | undefined,
  names: readonly string[],
): Option | undefined {
  for (const name of names) {
    if (word === name) return { next: true, unknown: next === undefined, script: next ?? null }
    const inline = name.startsWith('--') ? `${name}=` : name
    if (word.startsWith(inline))
      return { next: false, unknown: false, script: word.slice(inline.length) }
  }
  return undefined
}
