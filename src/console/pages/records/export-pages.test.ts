import { expect, test } from 'vitest'
import type { Output } from '../../api/call.ts'
import { type ExportProgress, exportPages } from './export-pages.ts'

type Part = Output<'records.export'>
const never = new AbortController().signal

const record = (seq: number): Part['items'][number] => ({
  ...{ seq, at: seq, kind: 'event', call: `c${seq}`, server: '', target: 'x', outcome: 'done' },
  ...{ subject: null, client: null, grant: null, body: { text: 'a\nb' }, hash: `h${seq}` },
})
const PARTS: Readonly<Record<string, Part>> = {
  '': { items: [record(4), record(5)], previous: { seq: 3, hash: 'h3' }, next: '5' },
  '5': { items: [record(6)], previous: { seq: 5, hash: 'h5' } },
}
const fetchPart = async (cursor = ''): Promise<Part> => PARTS[cursor] ?? { items: [] }

test('an export is all pages, one record a line, with what it is chained to', async () => {
  const steps: ExportProgress[] = []
  const { file, ...rest } = await exportPages(fetchPart, (step) => steps.push(step), never)
  expect(rest).toEqual({ records: 3, first: 4, last: 6, previous: { seq: 3, hash: 'h3' } })
  const lines = (await file.text()).split('\n')
  expect(lines.pop()).toBe('')
  expect(lines.map((line) => JSON.parse(line))).toEqual([record(4), record(5), record(6)])
  expect(steps.map(({ records }) => records)).toEqual([2, 3])
})

test('an export of nothing is an empty file', async () => {
  const { file, records } = await exportPages(
    async () => ({ items: [] }),
    () => {},
    never,
  )
  expect([file.size, records]).toEqual([0, 0])
})

test('a page that leaves records out is refused', async () => {
  const gap = async (cursor = ''): Promise<Part> =>
    cursor === '' ? (PARTS[''] as Part) : { items: [record(7)] }
  await expect(exportPages(gap, () => {}, never)).rejects.toThrow(
    'record 7 does not follow on record 5',
  )
})

test('whoever stops it gets nothing', async () => {
  const control = new AbortController()
  const stopping = exportPages(fetchPart, () => control.abort(), control.signal)
  await expect(stopping).rejects.toThrow()
})
