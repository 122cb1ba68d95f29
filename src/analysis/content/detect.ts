import type { ContentCategory, PlantedFinder } from '../../kernel/content.ts'
import type { Certainty, Severity } from '../../kernel/finding.ts'
import { findPersonal, PERSONAL_TYPES } from './personal/personal.ts'
import { isPlaceholder } from './placeholder.ts'
import type { SecretFinder } from './secrets/secrets.ts'

/** Something in one text, however it came to be read. */
export interface Detected {
  readonly category: ContentCategory
  readonly type: string
  readonly rule: string
  readonly start: number
  readonly end: number
  readonly severity: Severity
  readonly certainty: Certainty
  readonly why: string
  /** What may be shown of it. */
  readonly shown: string
  readonly control: string
  /** What marks are made of; undefined: there is no single value. */
  readonly value?: string
  /** A mark that is not made of the value. */
  readonly mark?: string
}

/** All that looks at a text. */
export interface Detectors {
  readonly secrets: SecretFinder
  readonly planted: PlantedFinder | undefined
  /** Called when not all of a text was looked at. */
  readonly onBound: () => void
}

const PERSONAL = new Map(PERSONAL_TYPES.map((one) => [one.type, one]))

/**
 * What the categories asked for have in a text. Placeholders are nothing: they were put in by a redaction.
 */
export function* detect(
  text: string,
  name: string,
  categories: ReadonlySet<ContentCategory>,
  detectors: Detectors,
): Generator<Detected, void> {
  for (const one of all(text, name, categories, detectors))
    if (!isPlaceholder(text, one.start, one.end)) yield one
}

function* all(
  text: string,
  name: string,
  categories: ReadonlySet<ContentCategory>,
  detectors: Detectors,
): Generator<Detected, void> {
  const { planted, onBound } = detectors
  if (categories.has('canary') && planted !== undefined) yield* canariesIn(text, planted)
  if (categories.has('secret')) yield* secretsIn(text, name, detectors)
  if (categories.has('personal')) yield* personalIn(text, name, onBound)
}

function* canariesIn(text: string, planted: PlantedFinder): Generator<Detected, void> {
  for (const { start, end, canary } of planted(text))
    yield {
      category: 'canary',
      type: 'planted',
      rule: 'canary/planted',
      start,
      end,
      severity: 'critical',
      certainty: 'proved',
      why: `the canary \`${canary}\` was planted, and nobody has a reason to use it`,
      shown: '',
      control: 'G3',
      mark: canary,
    }
}

/** What is a secret in one text. */
export function* secretsIn(
  text: string,
  name: string,
  { secrets, onBound }: Pick<Detectors, 'secrets' | 'onBound'>,
): Generator<Detected, void> {
  const context = name === '' ? {} : { name }
  const { hits, complete } = secrets.scan(text, context)
  if (!complete) onBound()
  for (const { rule, type, start, end, certainty, why } of hits)
    yield {
      category: 'secret',
      type,
      rule: rule.includes('/') ? rule : `secret/${rule}`,
      start,
      end,
      severity: certainty === 'hint' ? 'medium' : 'high',
      certainty,
      why,
      shown: '',
      control: 'G2',
      value: text.slice(start, end),
    }
}

function* personalIn(text: string, name: string, onBound: () => void): Generator<Detected, void> {
  for (const { type, start, end, certainty, value } of findPersonal(text, name, onBound)) {
    const about = PERSONAL.get(type)
    yield {
      category: 'personal',
      type,
      rule: `personal/${type}`,
      start,
      end,
      severity: about?.severity ?? 'medium',
      certainty,
      why: `${about?.what ?? type}, told by ${about?.proof ?? 'its shape'}`,
      shown: '',
      control: 'G2',
      value,
    }
  }
}
