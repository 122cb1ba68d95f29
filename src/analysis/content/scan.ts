import type { ContentFinding, ContentScan } from '../../kernel/content.ts'
import { CERTAINTIES } from '../../kernel/finding.ts'
import type { Range } from '../text/passage.ts'
import { type Batch, partsIn } from './batches.ts'
import type { Detected } from './detect.ts'
import { type Leaf, pointerTo, type Step } from './leaves.ts'
import { markOf } from './mark.ts'

/** The findings of one scan, each once, by where they are. */
export class Scan {
  private readonly key: Uint8Array
  private readonly most: number
  private readonly found = new Map<string, ContentFinding>()
  private readonly pointers = new WeakMap<Step, string>()
  private complete = true

  constructor(key: Uint8Array, most: number) {
    this.key = key
    this.most = most
  }

  readonly bound = (): void => {
    this.complete = false
  }

  isFull(): boolean {
    return this.found.size >= this.most
  }

  /** Takes what was found in a batch, in each part that it touches. */
  add(batch: Batch, one: Detected, { start, end }: Range, via: readonly string[]): void {
    for (const { leaf, start: from, end: to } of partsIn(batch.parts, start, end)) {
      const first = Math.max(start, from) - from
      const last = Math.min(end, to) - from
      const isNumber = leaf.kind === 'number'
      const place = isNumber ? leaf.place(0, leaf.text.length) : leaf.place(first, last)
      this.keep(leaf, { ...one, ...place }, [...leaf.via, ...via])
    }
  }

  /** Takes what was found in a value as a whole. */
  addAt(step: Step | undefined, one: Detected, via: readonly string[]): void {
    this.keep({ step, inName: false }, one, via)
  }

  result(): ContentScan {
    return { findings: withoutInner([...this.found.values()]), complete: this.complete }
  }

  private keep(
    { step, inName }: Pick<Leaf, 'step' | 'inName'>,
    { value, mark, ...one }: Detected,
    via: readonly string[],
  ): void {
    const at = this.pointer(step)
    const id = `${one.category} ${one.type} ${inName} ${one.start} ${one.end} ${at}`
    const before = this.found.get(id)
    if (before !== undefined && !isSurer(one, before)) return
    if (before === undefined && this.isFull()) {
      this.complete = false
      return
    }
    this.found.set(id, {
      category: one.category,
      type: one.type,
      rule: one.rule,
      severity: one.severity,
      certainty: one.certainty,
      at,
      ...(inName ? { inName } : {}),
      start: one.start,
      end: one.end,
      via,
      why: one.why,
      shown: one.shown,
      control: one.control,
      mark: mark ?? (value === undefined ? '' : markOf(this.key, one.category, value)),
    })
  }

  private pointer(step: Step | undefined): string {
    if (step === undefined) return ''
    const known = this.pointers.get(step)
    if (known !== undefined) return known
    const pointer = pointerTo(step)
    this.pointers.set(step, pointer)
    return pointer
  }
}

function isSurer(one: Pick<Detected, 'certainty'>, before: ContentFinding): boolean {
  return CERTAINTIES.indexOf(one.certainty) > CERTAINTIES.indexOf(before.certainty)
}

/** In the order of the value's texts; what was read twice, once: the longer place, and the shorter way. */
function withoutInner(findings: readonly ContentFinding[]): readonly ContentFinding[] {
  const kept: ContentFinding[] = []
  const widest = new Map<string, ContentFinding>()
  for (const one of findings.toSorted(byPlace)) {
    const id = `${one.category} ${one.type} ${one.mark} ${one.inName === true} ${one.at}`
    const outer = widest.get(id)
    const isInner = one.mark !== '' && outer !== undefined && outer.end >= one.end
    if (isInner && !isSurer(one, outer)) continue
    widest.set(id, one)
    kept.push(one)
  }
  return kept
}

function byPlace(one: ContentFinding, other: ContentFinding): number {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1
  return one.start - other.start || other.end - one.end || one.via.length - other.via.length
}
