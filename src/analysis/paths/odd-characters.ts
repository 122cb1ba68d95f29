/** Characters that nobody sees, or that change the direction of what is seen (UTS #39, UAX #9). */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Zl}\p{Zp}]/u
const ALL_INVISIBLE = new RegExp(INVISIBLE, 'gu')
const CONTROL = /\p{Cc}/u
const ALL_CONTROL = /\p{Cc}/gu
const EMOJI = /\p{RGI_Emoji}/gv

/** Joiners within a word of a script that is written with them (RFC 5892, appendix A.1 and A.2). */
const JOINED =
  /(?<=[\p{sc=Arabic}\p{sc=Syriac}\p{sc=Mongolian}\p{sc=Nko}\p{sc=Devanagari}\p{sc=Bengali}\p{sc=Gurmukhi}\p{sc=Gujarati}\p{sc=Oriya}\p{sc=Tamil}\p{sc=Telugu}\p{sc=Kannada}\p{sc=Malayalam}\p{sc=Sinhala}\p{sc=Khmer}\p{sc=Myanmar}])[\u200c\u200d]/gu

export function hasControl(text: string): boolean {
  return CONTROL.test(text)
}

/** Invisible characters, but for those that emoji and some scripts are written with. */
export function hasInvisible(text: string): boolean {
  if (!INVISIBLE.test(text)) return false
  return INVISIBLE.test(text.replace(EMOJI, '').replace(JOINED, ''))
}

/** The text without what nobody sees: some file systems and servers leave it out. */
export function visible(text: string): string {
  return text.replace(ALL_INVISIBLE, '').replace(ALL_CONTROL, '')
}

/** Characters that a conversion to another encoding makes slashes of (Unicode, bestfit1252.txt; UTS #39). */
const SLASHES = /[\u2044\u2215\u29f8]/g
const BACKSLASHES = /[\u2216\u29f5\ufe68]/g

/** What normalisation (UAX #15, NFKC) and conversions to other encodings make of a text. */
export function plain(text: string): string {
  return text.normalize('NFKC').replace(SLASHES, '/').replace(BACKSLASHES, '\\')
}
