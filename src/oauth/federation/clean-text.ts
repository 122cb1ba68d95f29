/**
 * Text of others as people may see it: one line, without characters that hide, reorder or control,
 * at most `max` characters.
 */
export function cleanText(text: string, max: number): string {
  // Cut before the work, too: what is removed may be long.
  const start = text.slice(0, max * 8).normalize('NFC')
  const visible = start
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/\p{C}|\p{Default_Ignorable_Code_Point}/gu, '')
    .trim()
  const characters = [...visible]
  return characters.length <= max ? visible : `${characters.slice(0, max - 1).join('')}…`
}
