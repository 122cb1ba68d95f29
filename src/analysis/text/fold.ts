/** Characters that count as none when texts are compared, and those that part words. */
export const DROPPED = 2
export const PARTS = 1

/**
 * Letters that Unicode does not decompose, and letters of other scripts that look like Latin ones (UTS #39,
 * section 4, where both are single letters of everyday words).
 */
// biome-ignore format: a table
const ALIKE: Readonly<Record<string, string>> = {
  ø: 'o', đ: 'd', ł: 'l', ħ: 'h', ı: 'i', ŧ: 't', ƀ: 'b', ƶ: 'z', ɍ: 'r', ɨ: 'i', ʉ: 'u', ɇ: 'e', æ: 'a', œ: 'o', ß: 's', þ: 't', ð: 'd',
  ɑ: 'a', ɡ: 'g', ɩ: 'i', ɪ: 'i', ɴ: 'n', ʀ: 'r', ʏ: 'y', ᴀ: 'a', ᴄ: 'c', ᴅ: 'd', ᴇ: 'e', ᴊ: 'j', ᴋ: 'k', ᴍ: 'm', ᴏ: 'o', ᴘ: 'p',
  ᴛ: 't', ᴜ: 'u', ᴠ: 'v', ᴡ: 'w', ᴢ: 'z', ʙ: 'b', ɢ: 'g', ʜ: 'h', ʟ: 'l', ꜱ: 's',
  а: 'a', в: 'b', с: 'c', е: 'e', ԁ: 'd', һ: 'h', і: 'i', ј: 'j', к: 'k', ӏ: 'l', м: 'm', о: 'o', р: 'p', ѕ: 's', т: 't', ц: 'u',
  ѵ: 'v', х: 'x', у: 'y', ё: 'e', ї: 'i', ґ: 'r',
  α: 'a', β: 'b', ε: 'e', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x', γ: 'y', η: 'n', ω: 'w',
  أ: 'ا', إ: 'ا', آ: 'ا', ى: 'ي', ة: 'ه',
}

const FOLDED = new Uint16Array(0x10000)

/**
 * The UTF-16 unit for which a unit stands in comparisons: lower case, without accents, of full width or small
 * capital, Latin for what looks Latin. `PARTS`: it is of no word; `DROPPED`: as if it were not there. One unit
 * for one, so that offsets stay. Surrogates stand for themselves.
 */
export function folded(code: number): number {
  const known = FOLDED[code] ?? 0
  if (known !== 0) return known
  const value = fold(String.fromCharCode(code))
  FOLDED[code] = value
  return value
}

// ASCII is known at once, so that most texts never come to the slow way.
for (let code = 0; code < 128; code++) folded(code)

/** The same of an astral character, such as the letters of mathematics. */
export function foldedPair(high: number, low: number): number {
  return fold(String.fromCharCode(high, low))
}

function fold(character: string): number {
  if (
    /^[\u0300-\u036f\u064b-\u065f\u0670\u0640'’ʼ]|^\p{Default_Ignorable_Code_Point}/u.test(
      character,
    )
  )
    return DROPPED
  if (!/^[\p{L}\p{N}\p{M}]/u.test(character)) return PARTS
  const lower = character.normalize('NFKC').toLowerCase()
  const base = /^\p{sc=Hangul}/u.test(lower) ? lower : lower.normalize('NFD')
  const first = [...base][0] ?? ''
  const alike = ALIKE[lower] ?? ALIKE[first] ?? first
  return alike.length === 1 ? alike.charCodeAt(0) : PARTS
}
