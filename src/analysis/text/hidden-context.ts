import { controlOf } from './escape-sequence.ts'
import type { Judged } from './hidden-kind.ts'

/** A character that may be hidden, in its text. */
export interface Candidate {
  readonly text: string
  readonly at: number
  readonly character: string
  /** Whether anything in the text is written from right to left. */
  readonly rightToLeft: boolean
}

/** A pictograph, its skin, or its selector: what a joiner glues in emoji (UTS #51, ED-16). */
const PICTOGRAPH = /^(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}]|\u{fe0f})$/u
/** Bases of standardized variation sequences that are written with U+FE00 to U+FE0F. */
const VARIED =
  /^[\p{Emoji}\p{S}\p{P}\p{Script=Han}\p{Script=Myanmar}\p{Script=Phags_Pa}\p{Script=Hiragana}\p{Script=Katakana}]$/u
const HAN = /^\p{Script=Han}$/u
const MONGOLIAN = /^\p{Script=Mongolian}$/u
/** Scripts that are written with joiners (RFC 5892, appendix A.1 and A.2). */
const JOINING =
  /^[\p{scx=Arabic}\p{scx=Syriac}\p{scx=Mongolian}\p{scx=Nko}\p{scx=Devanagari}\p{scx=Bengali}\p{scx=Gurmukhi}\p{scx=Gujarati}\p{scx=Oriya}\p{scx=Tamil}\p{scx=Telugu}\p{scx=Kannada}\p{scx=Malayalam}\p{scx=Sinhala}\p{scx=Khmer}\p{scx=Myanmar}]$/u
/** Scripts without spaces, where U+200B says where a line may break. */
const UNSPACED =
  /^[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u
const HANGUL = /^\p{Script=Hangul}$/u
const BRAILLE = /^[\u2801-\u28ff]$/u
const WORD = /^[\p{L}\p{N}]$/u

/** England, Scotland, Wales: the tag sequences recommended for interchange (UTS #51, ED-14a). */
const FLAG = /[\u{e0061}-\u{e007a}]{5}\u{e007f}/uy
const RGI_FLAG = /^\p{RGI_Emoji_Tag_Sequence}$/v

const ZERO_WIDTH = /^[\u{180e}\u{200b}-\u{200d}\u{2060}-\u{2064}\u{feff}]$/u
const BIDI = /^\p{Bidi_Control}$/u
const VARIATION = /^\p{Variation_Selector}$/u
const TAG = /^[\u{e0000}-\u{e007f}]$/u
const FILLER = /^[\u{115f}\u{1160}\u{17b4}\u{17b5}\u{2800}\u{3164}\u{ffa0}]$/u
const IGNORABLE = /^[\p{Default_Ignorable_Code_Point}\u{fff9}-\u{fffc}]$/u

type Judge = (candidate: Candidate) => Judged

/** How each kind of character is judged, the first that it is of. */
const JUDGES: readonly (readonly [RegExp, Judge])[] = [
  [TAG, tag],
  [VARIATION, variation],
  [ZERO_WIDTH, zeroWidth],
  [BIDI, bidi],
  [
    /^\u{ad}$/u,
    ({ character: { length } }) => ({ kind: 'soft-hyphen', certainty: 'hint', length }),
  ],
  [FILLER, filler],
  [IGNORABLE, ({ character: { length } }) => ({ kind: 'ignorable', certainty: 'likely', length })],
]

/** Who judges which character: a text full of them asks for the same few. */
const KNOWN = new Map<string, Judge>()
const MOST_KNOWN = 4096

/** Judges a candidate. Looks at its neighbours only, so that a text costs what it is long. */
export function judge(candidate: Candidate): Judged {
  const { character } = candidate
  const known = KNOWN.get(character)
  if (known !== undefined) return known(candidate)
  const found = JUDGES.find(([pattern]) => pattern.test(character))?.[1] ?? other
  if (KNOWN.size < MOST_KNOWN) KNOWN.set(character, found)
  return found(candidate)
}

function tag({ text, at, character }: Candidate): Judged {
  FLAG.lastIndex = at
  const sequence = FLAG.exec(text)?.[0]
  if (sequence !== undefined && RGI_FLAG.test(before(text, at) + sequence)) {
    return { certainty: 'hint', length: sequence.length }
  }
  return { kind: 'tags', certainty: 'proved', length: character.length }
}

/** A selector behind a base that takes it. Two in a row are never right. */
function variation({ text, at, character }: Candidate): Judged {
  const base = before(text, at)
  const supplementary = character.length === 2
  const taken = supplementary ? HAN.test(base) : VARIED.test(base) || MONGOLIAN.test(base)
  const { length } = character
  if (taken && !VARIATION.test(base)) return { certainty: 'hint', length }
  const inRun = VARIATION.test(base) || VARIATION.test(after(text, at + length))
  return { kind: 'variation', certainty: inRun || supplementary ? 'proved' : 'likely', length }
}

function zeroWidth({ text, at, character }: Candidate): Judged {
  const previous = before(text, at)
  const next = after(text, at + 1)
  const joins = character === '\u200c' || character === '\u200d'
  if (joins && JOINING.test(previous) && !ZERO_WIDTH.test(previous)) {
    return { certainty: 'hint', length: 1 }
  }
  if (character === '\u200d' && PICTOGRAPH.test(previous) && PICTOGRAPH.test(next)) {
    return { certainty: 'hint', length: 1 }
  }
  if (character === '\u200b' && UNSPACED.test(previous)) return { certainty: 'hint', length: 1 }
  const inWord = WORD.test(previous) && WORD.test(next)
  return { kind: 'zero-width', certainty: inWord ? 'likely' : 'hint', length: 1 }
}

/** Overrides reorder what everybody reads; the others are how both directions are written in one line. */
function bidi({ character, rightToLeft }: Candidate): Judged {
  const overrides = character === '\u202d' || character === '\u202e'
  if (overrides) return { kind: 'bidi', certainty: 'proved', length: 1 }
  return { kind: 'bidi', certainty: rightToLeft ? 'hint' : 'likely', length: 1 }
}

function filler({ text, at, character }: Candidate): Judged {
  const near = [before(text, at), after(text, at + 1)]
  if (character === '\u2800') {
    if (near.some((neighbour) => BRAILLE.test(neighbour))) return { certainty: 'hint', length: 1 }
    return { kind: 'filler', certainty: 'hint', length: 1 }
  }
  const korean = near.some((neighbour) => HANGUL.test(neighbour) && !FILLER.test(neighbour))
  return { kind: 'filler', certainty: korean ? 'hint' : 'likely', length: 1 }
}

function other({ text, at, character }: Candidate): Judged {
  const { length } = character
  if (/^\p{Cc}$/u.test(character)) return controlOf(text, at)
  if (/^[\p{Zl}\p{Zp}]$/u.test(character)) return { kind: 'separator', certainty: 'hint', length }
  if (/^\p{Co}$/u.test(character)) return { kind: 'private-use', certainty: 'hint', length }
  if (/^\p{Cs}$/u.test(character)) return { kind: 'surrogate', certainty: 'hint', length }
  // Newer versions of Unicode may know it; not so a noncharacter.
  const never = /^\p{Noncharacter_Code_Point}$/u.test(character)
  return { kind: 'unassigned', certainty: never ? 'likely' : 'hint', length }
}

function before(text: string, at: number): string {
  const low = text.charCodeAt(at - 1)
  const paired = low >= 0xdc00 && low <= 0xdfff && (text.charCodeAt(at - 2) & 0xfc00) === 0xd800
  return at === 0 ? '' : text.slice(at - (paired ? 2 : 1), at)
}

function after(text: string, at: number): string {
  return at < text.length ? String.fromCodePoint(text.codePointAt(at) ?? 0) : ''
}
