const MAX_NAME = 64

/** What nobody sees, or what makes text read otherwise than it stands. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u
/** Marks piled on one letter cover the lines above and below. */
const PILED = /\p{M}{4}/u

/** Why a name cannot be a client's; undefined when it can. At most 64 characters that can be seen. */
export function nameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return 'client_name must be a string'
  if (name.length > MAX_NAME * 2 || [...name].length > MAX_NAME)
    return `client_name must have ${MAX_NAME} characters at most`
  if (UNSEEN.test(name) || PILED.test(name))
    return 'client_name holds characters that are not shown'
  if (!/[\p{L}\p{N}]/u.test(name)) return 'client_name must hold a letter or a digit'
  return undefined
}

/** A name as people may see it: one line, nothing unseen, at most 64 characters. May become empty. */
export function cleanName(name: unknown): string {
  if (typeof name !== 'string') return ''
  // Cut before the work, so that its cost is bounded; and after, since composition changes lengths.
  const clean = name
    .slice(0, 8 * MAX_NAME)
    .replace(/[\p{Z}\s]/gu, ' ')
    .replace(new RegExp(UNSEEN, 'gu'), '')
    .replace(/ +/g, ' ')
    .normalize('NFC')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .trim()
  return [...clean].slice(0, MAX_NAME).join('').trim()
}
