import { canonicalJson } from '../../kernel/canonical-json.ts'
import type { Json } from '../../kernel/json.ts'

/** JSON in which every character that shows nothing, or turns the text around, stands as an escape. */
export function visible(value: Json): string {
  return canonicalJson(value).replaceAll(UNSEEN, (text) =>
    Array.from(
      { length: text.length },
      (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
}

/** Control, format, private and unassigned characters, separators but the space, blanks and selectors. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}|[\u115f\u1160\u3164\uffa0]|\p{Variation_Selector}/gu
