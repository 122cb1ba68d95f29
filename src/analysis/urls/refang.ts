/** Stands for a dot that was written so that it is none. A private character: no name or URL has it. */
export const UNDONE_DOT = '\ue000'

/** Marks of links that were made harmless; without one of them nothing is undone. */
const MARKS = /\bh(?:xx|XX|\*\*)ps?\b|[[({] ?(?:\.|dot|:|:\/\/|\/) ?[\])}]/i

/** Between letters, with a space on both sides or on none: `f(.) and` is no name. */
const DOT =
  /(?<=[\p{L}\p{N}])(?: [[({] ?(?:\.|dot) ?[\])}] |[[({] ?(?:\.|dot) ?[\])}])(?=[\p{L}\p{N}])/giu

/**
 * Undoes what makes links harmless: `hxxp`, `[.]`, `(dot)`, `[:]`, `[://]`. Undefined if there is nothing
 * to undo. Linear in the length of the text.
 */
export function refang(text: string): string | undefined {
  if (!MARKS.test(text) && !text.includes(UNDONE_DOT)) return undefined
  return text
    .replace(/\bh(?:xx|\*\*)p(s?)(?=[[({]?:)/gi, 'http$1')
    .replace(DOT, UNDONE_DOT)
    .replace(/[[({] ?(:\/\/|:|\/) ?[\])}]/g, '$1')
}

/** A host name, with what may follow it. */
const NAME = /[\p{L}\p{N}\ue000.-]{1,253}(?::\d{1,5})?(?:[/?#][^\s<>"'`{}|^\])]{0,4096})?/gu
/** What stands before the domain of an e-mail address. */
const AT = /(?:[@/\\:]|[[({] ?at ?[\])}]) ?$/i

/** Host names without a scheme whose dots were undone, with what follows them. */
export function* defangedNames(undone: string): Generator<string> {
  for (const { 0: match, index } of undone.matchAll(NAME)) {
    const host = /^[^:/?#]*/.exec(match)?.[0] ?? ''
    if (!host.includes(UNDONE_DOT)) continue
    const name = host.replaceAll(UNDONE_DOT, '.')
    if (!/[^.]\.(?:\p{L}{2,63}|xn--[a-z0-9-]{1,59}|\d{1,3})\.?$/iu.test(name)) continue
    if (AT.test(undone.slice(Math.max(0, index - 8), index))) continue
    yield match.replaceAll(UNDONE_DOT, '.')
  }
}
