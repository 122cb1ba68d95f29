import type { Output } from '../../api/call.ts'

type Part = Output<'records.export'>

/** How far an export has come. */
export interface ExportProgress {
  readonly records: number
  readonly first: number | undefined
  readonly last: number | undefined
}

export const NOTHING_YET: ExportProgress = { records: 0, first: undefined, last: undefined }

/** Records of a time, one a line, and what the first of them is chained to. */
export interface Exported extends ExportProgress {
  readonly file: Blob
  readonly previous: Part['previous'] | undefined
}

/**
 * Fetches an export page by page. Memory holds one page at a time; the rest is the browser's to keep.
 *
 * @param fetchPart one page; the cursor of the first is undefined.
 * @throws Error when a page does not follow on the one before, or the signal's reason.
 */
export async function exportPages(
  fetchPart: (cursor: string | undefined) => Promise<Part>,
  onProgress: (progress: ExportProgress) => void,
  signal: AbortSignal,
): Promise<Exported> {
  const pieces: Blob[] = []
  let progress = NOTHING_YET
  let previous: Part['previous']
  let cursor: string | undefined
  do {
    signal.throwIfAborted()
    const part = await fetchPart(cursor)
    const [first] = part.items
    if (cursor === undefined) previous = part.previous
    else if (first !== undefined) requireNext(progress, first.seq)
    pieces.push(new Blob(part.items.map((item) => `${JSON.stringify(item)}\n`)))
    progress = {
      records: progress.records + part.items.length,
      first: progress.first ?? first?.seq,
      last: part.items.at(-1)?.seq ?? progress.last,
    }
    onProgress(progress)
    cursor = part.next
  } while (cursor !== undefined)
  return { ...progress, previous, file: new Blob(pieces, { type: 'application/x-ndjson' }) }
}

function requireNext({ last = 0 }: ExportProgress, seq: number): void {
  if (seq !== last + 1) throw new Error(`record ${seq} does not follow on record ${last}`)
}
