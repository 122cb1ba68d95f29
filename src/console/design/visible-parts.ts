/** A piece of a text of others, as people see it. */
export interface VisiblePart {
  /**
   * `unseen`: draws nothing, or makes text read otherwise than it stands; `twin`: looks like another,
   * Latin character. Everything else is `plain`.
   */
  readonly kind: 'plain' | 'unseen' | 'twin'
  readonly text: string
  /** What it is, in words: for `unseen` its code and name, for `twin` what it looks like. */
  readonly meaning?: string
}

/** Unassigned, private, invisible, and whatever turns text round. Tabs and line breaks are layout here. */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffc]/u
const LAYOUT = new Set(['\n', '\t'])
const OTHER_SPACE = /[\p{Zs}--[ ]]/v
/** Words, and what stands between them. */
const RUNS = /[\p{L}\p{M}\p{N}_]+|[^\p{L}\p{M}\p{N}_]+/gu
const IN_WORD = /^[\p{L}\p{M}\p{N}_]/u
const LATIN = /\p{Script=Latin}/u

/** Letters that most fonts draw like a Latin one (Unicode Technical Standard 39, the common ones). */
const TWINS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...pairs('аbсԁеіјһӏорԛѕԝхуѵ', 'abcdeijhlopqswxyv'),
    ...pairs('АВСЕНІЈКМОРЅТХУԌԜ', 'ABCEHIJKMOPSTXYGW'),
    ...pairs('αινορτυχγ', 'aivoptuxy'),
    ...pairs('ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'),
    ...pairs('օսոհցյ', 'ounhgj'),
  }),
)

const NAMES: Readonly<Record<number, string>> = {
  0: 'null',
  8: 'backspace',
  13: 'carriage return',
  27: 'escape',
  127: 'delete',
  173: 'soft hyphen',
  1564: 'Arabic letter mark',
  8203: 'zero width space',
  8204: 'zero width non-joiner',
  8205: 'zero width joiner',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8232: 'line separator',
  8233: 'paragraph separator',
  8234: 'left-to-right embedding',
  8235: 'right-to-left embedding',
  8236: 'pop directional formatting',
  8237: 'left-to-right override',
  8238: 'right-to-left override',
  8288: 'word joiner',
  8294: 'left-to-right isolate',
  8295: 'right-to-left isolate',
  8296: 'first strong isolate',
  8297: 'pop directional isolate',
  65279: 'zero width no-break space',
}

/**
 * Takes a text of others apart for people who have to judge it. Joined together the parts are the text,
 * whole; its work is linear in its length.
 */
export function visibleParts(text: string): readonly VisiblePart[] {
  const parts: VisiblePart[] = []
  let plain: string[] = []
  const endPlain = (): void => {
    if (plain.length > 0) parts.push({ kind: 'plain', text: plain.join('') })
    plain = []
  }
  for (const [run] of text.matchAll(RUNS))
    for (const part of IN_WORD.test(run) ? inWord(run) : Array.from(run, between)) {
      if (part.kind === 'plain') plain.push(part.text)
      else {
        endPlain()
        parts.push(part)
      }
    }
  endPlain()
  return parts
}

function between(character: string): VisiblePart {
  const plain = { kind: 'plain', text: character } as const
  if (LAYOUT.has(character)) return plain
  if (UNSEEN.test(character)) return { kind: 'unseen', text: character, meaning: codeOf(character) }
  if (OTHER_SPACE.test(character))
    return { kind: 'unseen', text: character, meaning: `${codeOf(character)} another space` }
  const like = character.normalize('NFKC')
  return like !== character && /^[!-~]+$/.test(like) ? twin(character, like) : plain
}

/** A word has look-alikes where it mixes scripts, or is all look-alikes. */
function inWord(word: string): readonly VisiblePart[] {
  const letters = [...word]
  const suspicious =
    letters.some((letter) => LATIN.test(letter)) ||
    letters.every((letter) => TWINS.has(letter) || /[\p{N}_]/u.test(letter))
  return letters.map((letter): VisiblePart => {
    // A few letters draw nothing.
    if (UNSEEN.test(letter)) return { kind: 'unseen', text: letter, meaning: codeOf(letter) }
    const like = TWINS.get(letter)
    if (like !== undefined && suspicious) return twin(letter, like)
    const compatible = letter.normalize('NFKC')
    const styled = compatible !== letter && /^[0-9A-Za-z]+$/.test(compatible)
    return styled ? twin(letter, compatible) : { kind: 'plain', text: letter }
  })
}

function twin(text: string, like: string): VisiblePart {
  return { kind: 'twin', text, meaning: `${codeOf(text)} looks like ${like}` }
}

function codeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const name = NAMES[code]
  const written = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  return name === undefined ? written : `${written} ${name}`
}

function pairs(others: string, latin: string): Readonly<Record<string, string>> {
  const letters = [...latin]
  return Object.fromEntries(
    [...others].flatMap((other, index) =>
      other === letters[index] ? [] : [[other, letters[index] ?? '']],
    ),
  )
}
