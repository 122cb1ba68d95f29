import type { ContentCategory } from '../../kernel/content.ts'
import type { HiddenKind } from '../text/hidden-kind.ts'
import { PERSONAL_TYPES } from './personal/personal.ts'

/** What a scan can find, besides secrets and signals, which list their own rules. */
export interface ContentRule {
  readonly rule: string
  readonly category: ContentCategory
  readonly what: string
}

const HIDDEN: Readonly<Record<HiddenKind, string>> = {
  tags: 'the double of ASCII in plane 14, which carries texts',
  'zero-width': 'characters without advance',
  bidi: 'controls that turn text round',
  variation: 'variation selectors where none belong',
  'soft-hyphen': 'hyphens that are drawn at ends of lines alone',
  filler: 'letters that draw a gap',
  ignorable: 'other characters that draw nothing',
  'private-use': 'characters without an agreed look',
  unassigned: 'characters that do not exist',
  surrogate: 'halves of characters',
  separator: 'separators of lines and paragraphs that few show',
  marks: 'more combining marks than a letter carries',
  ansi: 'escape sequences of terminals',
  control: 'control characters',
}

/** Every rule for personal data, hidden text, canaries and size: pages are written from it. */
export const CONTENT_RULES: readonly ContentRule[] = [
  ...PERSONAL_TYPES.map(({ type, what, proof }) => ({
    rule: `personal/${type}`,
    category: 'personal' as const,
    what: `${what}, told by ${proof}`,
  })),
  ...Object.entries(HIDDEN).map(([kind, what]) => ({
    rule: `hidden/${kind}`,
    category: 'hidden' as const,
    what,
  })),
  { rule: 'canary/planted', category: 'canary', what: 'a value that was planted' },
  { rule: 'oversize/text', category: 'oversize', what: 'a text that is too long' },
  { rule: 'oversize/message', category: 'oversize', what: 'a message that is too large' },
]
