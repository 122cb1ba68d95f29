import type { ContentFinding } from '../../kernel/content.ts'
import { SEVERITIES } from '../../kernel/finding.ts'
import { BLOB, bytesOf, readBlob } from './blob.ts'
import { NUMBER } from './leaves.ts'
import { placeholderFor } from './placeholder.ts'

/**
 * How what was found is replaced: `placeholder` where anything may stand; `word` and `shape` where a
 * placeholder is too long or of wrong characters; any other text instead of the whole string, where it has
 * to have a format.
 */
export type Strategy = 'placeholder' | 'word' | 'shape' | { readonly whole: string }

/** Neutral values of the formats of JSON Schema, and what fits patterns of the same shape. */
export const STRATEGIES: readonly Strategy[] = [
  'placeholder',
  'word',
  { whole: 'redacted@redacted.invalid' },
  { whole: 'https://redacted.invalid/' },
  { whole: '1970-01-01T00:00:00Z' },
  { whole: '1970-01-01' },
  { whole: '00:00:00Z' },
  { whole: 'P0D' },
  { whole: '00000000-0000-0000-0000-000000000000' },
  { whole: '0.0.0.0' },
  { whole: '::' },
  { whole: 'redacted.invalid' },
  'shape',
  { whole: '' },
]

interface Span {
  readonly start: number
  readonly end: number
  readonly finding: ContentFinding
}

/** A string without what was found in it. The same findings and strategy give the same text. */
export function replaceText(
  text: string,
  findings: readonly ContentFinding[],
  strategy: Strategy,
): string {
  if (typeof strategy === 'object') return strategy.whole
  const inBlob = findings.filter(({ via }) => via[0] === BLOB)
  if (inBlob.length > 0) return replaceBlob(text, inBlob)
  let replaced = ''
  let done = 0
  for (const { start, end, finding } of merged(findings, text.length)) {
    replaced += text.slice(done, start) + standIn(text.slice(start, end), finding, strategy)
    done = end
  }
  return replaced + text.slice(done)
}

/** How many places of a string are replaced. */
export function countSpans(text: string, findings: readonly ContentFinding[]): number {
  return merged(findings, text.length).length
}

function standIn(raw: string, finding: ContentFinding, strategy: Strategy): string {
  if (finding.via.includes(NUMBER)) return '0'
  if (finding.category === 'hidden') return ''
  if (strategy === 'word') return 'redacted'
  if (strategy === 'shape')
    return raw
      .replace(/\d/g, '0')
      .replace(/\p{Lu}/gu, 'X')
      .replace(/\p{L}(?<!X)/gu, 'x')
  return placeholderFor(finding)
}

/** Those that overlap are one, with the placeholder of the worst. */
function merged(findings: readonly ContentFinding[], length: number): readonly Span[] {
  const spans: Span[] = []
  const inOrder = findings
    .map((finding) => ({ start: finding.start, end: Math.min(finding.end, length), finding }))
    .filter(({ start, end }) => start >= 0 && start < end)
    .sort((one, other) => one.start - other.start || other.end - one.end)
  for (const span of inOrder) {
    const last = spans.at(-1)
    if (last === undefined || span.start >= last.end) {
      spans.push(span)
      continue
    }
    const finding = worse(last.finding, span.finding)
    spans[spans.length - 1] = { start: last.start, end: Math.max(last.end, span.end), finding }
  }
  return spans
}

function worse(one: ContentFinding, other: ContentFinding): ContentFinding {
  if (one.category === 'hidden' || other.category === 'hidden')
    return one.category === 'hidden' ? other : one
  const isWorse = SEVERITIES.indexOf(other.severity) > SEVERITIES.indexOf(one.severity)
  return isWorse ? other : one
}

/** Base64 of the text without what was found in it. */
function replaceBlob(encoded: string, findings: readonly ContentFinding[]): string {
  const bytes = Buffer.from(encoded, 'base64')
  const isExact = readBlob(encoded) !== undefined && bytes.toString('base64') === encoded
  const pieces: Uint8Array[] = []
  let done = 0
  for (const { start, end, finding } of merged(findings, encoded.length)) {
    const at = isExact ? bytesOf({ start, end }) : { start: 0, end: bytes.length }
    if (at.end <= done) continue
    const raw = bytes.subarray(at.start, at.end).toString('utf8')
    pieces.push(bytes.subarray(done, at.start), Buffer.from(standIn(raw, finding, 'placeholder')))
    done = at.end
  }
  pieces.push(bytes.subarray(done))
  return Buffer.concat(pieces).toString('base64')
}
