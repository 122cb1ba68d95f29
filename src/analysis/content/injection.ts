import type { ContentDirection } from '../../kernel/content.ts'
import { spellOut } from '../../kernel/visible-text.ts'
import { findSignals } from '../signals/signals.ts'
import type { View } from '../text/decode.ts'
import type { Detected } from './detect.ts'
import { isPlaceholder } from './placeholder.ts'

const MOST_SHOWN = 200

/** Passages that speak to a model as only its user or operator may, and how each was encoded. */
export function* injectionIn(
  text: string,
  views: readonly View[],
  direction: ContentDirection,
  onBound: () => void,
): Generator<Detected & { readonly via: readonly string[] }, void> {
  const profile = direction === 'outbound' ? 'arguments' : 'content'
  for (const signal of findSignals(text, profile, { views, onBound })) {
    const { rule, start, end } = signal
    if (isPlaceholder(text, start, end)) continue
    const shown = spellOut(text.slice(start, end), MOST_SHOWN)
    const type = rule.slice(rule.indexOf('/') + 1)
    yield { ...signal, category: 'injection', type, shown, control: 'G2' }
  }
}
