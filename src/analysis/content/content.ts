import type {
  ContentAnalysis,
  ContentScan,
  PlantedFinder,
  ScanOptions,
} from '../../kernel/content.ts'
import type { Json } from '../../kernel/json.ts'
import { views } from '../text/decode.ts'
import { findHidden } from '../text/hidden.ts'
import { type Batch, batchesOf } from './batches.ts'
import { type Detectors, detect, secretsIn } from './detect.ts'
import { hiddenIn, visibleViews } from './hidden-text.ts'
import { injectionIn } from './injection.ts'
import { leavesOf } from './leaves.ts'
import { oversizeIn, type SizeBounds } from './oversize.ts'
import { Scan } from './scan.ts'
import type { SecretFinder } from './secrets/secrets.ts'

export interface ContentOptions {
  /** Of this installation, secret: values cannot be guessed from their marks without it. */
  readonly key: Uint8Array
  readonly secrets: SecretFinder
  readonly planted?: PlantedFinder
  /** Beyond these, content is a finding. */
  readonly sizes?: Partial<SizeBounds>
  /** Beyond these, a scan ends, and is said to be incomplete. */
  readonly bounds?: Partial<ScanBounds>
}

export interface ScanBounds {
  /** UTF-16 units of all texts. */
  readonly characters: number
  readonly findings: number
}

export const SCAN_BOUNDS: ScanBounds = { characters: 16 * 1_048_576, findings: 10_000 }

/** Looks into content: names, texts, JSON and base64 in them, each as it stands and decoded. */
export function createContentAnalysis(options: ContentOptions): ContentAnalysis {
  const { key, secrets, planted, sizes } = options
  const bounds = { ...SCAN_BOUNDS, ...options.bounds }
  return {
    scan: (value: Json, asked: ScanOptions): ContentScan => {
      const { categories } = asked
      const scan = new Scan(key, bounds.findings)
      if (categories.has('oversize'))
        for (const { step, ...found } of oversizeIn(value, sizes)) scan.addAt(step, found, [])
      if ([...categories].some((category) => category !== 'oversize'))
        readAll(value, asked, { secrets, planted, onBound: scan.bound }, scan, bounds)
      return scan.result()
    },
  }
}

function readAll(
  value: Json,
  asked: ScanOptions,
  detectors: Detectors,
  scan: Scan,
  bounds: ScanBounds,
): void {
  let left = bounds.characters
  for (const batch of batchesOf(leavesOf(value, scan.bound))) {
    left -= batch.text.length
    if (left < 0 || scan.isFull()) {
      scan.bound()
      return
    }
    try {
      readBatch(batch, asked, detectors, scan)
    } catch {
      // Whatever a text does to an analyser, the message is not taken for clean.
      scan.bound()
    }
  }
}

function readBatch(batch: Batch, asked: ScanOptions, detectors: Detectors, scan: Scan): void {
  const { text } = batch
  const hidden = findHidden(text)
  const all = [...views(text, { hidden, onBound: scan.bound }), ...visibleViews(text, hidden)]
  for (const view of all) {
    const name = view.via.length === 0 ? batch.name : ''
    for (const one of detect(view.text, name, asked.categories, detectors))
      scan.add(batch, one, view.place(one.start, one.end), view.via)
  }
  if (asked.categories.has('hidden'))
    for (const one of hiddenIn(text, hidden)) scan.add(batch, one, one, [])
  if (asked.categories.has('secret')) readNamed(batch, detectors, scan)
  if (asked.categories.has('injection'))
    for (const one of injectionIn(text, all, asked.direction, scan.bound))
      scan.add(batch, one, one, one.via)
}

/** Names that say their value is secret: such a value is looked at as a whole, whatever is in it. */
const SECRET_NAME = /pass|pwd|secret|token|key|auth|cred|pin\b|private|session|signature|cookie/i

function readNamed(batch: Batch, detectors: Detectors, scan: Scan): void {
  if (batch.name !== '') return
  for (const { leaf, start } of batch.parts) {
    if (leaf.kind === 'name' || !SECRET_NAME.test(leaf.name)) continue
    for (const one of secretsIn(leaf.text, leaf.name, detectors))
      scan.add(batch, one, { start: start + one.start, end: start + one.end }, [])
  }
}
