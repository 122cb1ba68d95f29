import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { tags } from '@lezer/highlight'
import { type TokenKind, tokenAt } from './cedar-tokens.ts'

const NAMES: Readonly<Record<TokenKind, string | null>> = {
  comment: 'comment',
  text: 'string',
  number: 'number',
  annotation: 'meta',
  effect: 'controlKeyword',
  keyword: 'keyword',
  variable: 'variableName',
  type: 'typeName',
  literal: 'bool',
  sign: 'punctuation',
  plain: null,
}

const CEDAR = StreamLanguage.define({
  name: 'cedar',
  languageData: {
    commentTokens: { line: '//' },
    closeBrackets: { brackets: ['(', '[', '{', '"'] },
  },
  token(stream) {
    const found = tokenAt(stream.string, stream.pos)
    stream.pos += found?.text.length ?? 1
    return NAMES[found?.kind ?? 'plain']
  },
})

const YAML_RULES: readonly (readonly [RegExp, string | null])[] = [
  [/\s+/, null],
  [/#.*/, 'comment'],
  [/"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?/, 'string'],
  [/[\w./-]+(?=\s*:(?:\s|$))/, 'propertyName'],
  [/(?:true|false|null)\b/, 'bool'],
  [/-?\d+(?:\.\d+)?\b/, 'number'],
  [/[-:,[\]{}]/, 'punctuation'],
  [/[^\s,[\]{}#:]+|./, null],
]

/** As much of YAML as its colours need. */
const YAML = StreamLanguage.define({
  name: 'yaml',
  languageData: { commentTokens: { line: '#' } },
  token(stream) {
    for (const [pattern, name] of YAML_RULES) if (stream.match(pattern)) return name
    stream.next()
    return null
  },
})

const COLOURS = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: tags.string, color: 'var(--good)' },
  { tag: [tags.number, tags.bool], color: 'var(--wait)' },
  { tag: [tags.meta, tags.propertyName], color: 'var(--note)' },
  { tag: tags.controlKeyword, color: 'var(--bad)', fontWeight: '600' },
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.variableName, tags.typeName], color: 'var(--accent)' },
  { tag: tags.punctuation, color: 'var(--soft)' },
])

/** How a file is read and coloured, by its name. */
export function languageOf(file: string): Extension {
  return [file.endsWith('.cedar') ? CEDAR : YAML, syntaxHighlighting(COLOURS)]
}
