import { Download, X } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { call } from '../../api/call.ts'
import { reread } from '../../api/queries.ts'
import { saveFile } from '../../app/save-file.ts'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { Section } from '../../design/drawer.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { Form } from '../../design/form.tsx'
import { MomentField } from '../../design/time-filter.tsx'
import { type Exported, type ExportProgress, exportPages, NOTHING_YET } from './export-pages.ts'

/** Takes a part of the chain away as a file, one record a line. */
export function ExportSection(): ReactNode {
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const { progress, error, done, begin, stop } = useExport()
  const given = (name: 'from' | 'to', local: string) =>
    local === '' ? {} : { [name]: new Date(local).toISOString() }
  return (
    <Section title="Export">
      <p className="quiet">
        Records whole, with everything that was kept of calls and with their hashes, so that others
        can verify them: JSON, one a line, oldest first. That you took them is recorded first.
      </p>
      <Form
        error={null}
        onSubmit={() => void begin({ ...given('from', from), ...given('to', to) })}
      >
        <div className="records-range">
          <MomentField
            name="from"
            label="From"
            hint="Empty: the beginning."
            value={from}
            onChange={setFrom}
          />
          <MomentField name="to" label="To" hint="Empty: now." value={to} onChange={setTo} />
          <Button type="submit" icon={Download} busy={progress !== undefined}>
            Download
          </Button>
          {progress !== undefined && (
            <Button icon={X} onClick={stop}>
              Stop
            </Button>
          )}
        </div>
      </Form>
      <div aria-live="polite">
        {progress !== undefined && <p className="numbers">{progress.records} records so far</p>}
        {done !== undefined && <Summary done={done} />}
      </div>
      {error !== undefined && (
        <ErrorPanel title="The export did not come to its end" error={error} />
      )}
    </Section>
  )
}

function Summary({ done }: { readonly done: Omit<Exported, 'file'> }): ReactNode {
  const { records, first, last, previous } = done
  if (records === 0) return <p>No record was made in this time; there is no file.</p>
  return (
    <div className="two-lines">
      <p>
        {records} records, from {first} to {last}, without a gap.
      </p>
      <p className="quiet records-place">
        {previous === undefined ? (
          'They begin at the beginning of the chain.'
        ) : (
          <>
            The first is chained to record {previous.seq}: <code>{previous.hash}</code>
          </>
        )}
      </p>
    </div>
  )
}

function useExport() {
  const [progress, setProgress] = useState<ExportProgress>()
  const [error, setError] = useState<Error>()
  const [done, setDone] = useState<Omit<Exported, 'file'>>()
  const control = useRef<AbortController>(undefined)
  const begin = async (range: { readonly from?: string; readonly to?: string }): Promise<void> => {
    const stopping = new AbortController()
    const { signal } = stopping
    control.current = stopping
    setError(undefined)
    setDone(undefined)
    setProgress(NOTHING_YET)
    try {
      const fetchPart = (cursor: string | undefined) =>
        call(
          'records.export',
          { ...range, ...(cursor === undefined ? {} : { cursor }) },
          { signal },
        )
      const { file, ...rest } = await exportPages(fetchPart, setProgress, signal)
      if (rest.records > 0) saveFile(file, `records-${rest.first}-${rest.last}.ndjson`)
      setDone(rest)
    } catch (thrown) {
      if (signal.aborted) say('Stopped', 'No file was saved.')
      else setError(thrown as Error)
    } finally {
      setProgress(undefined)
      // What was taken is on record.
      void reread(['records', 'events'])
    }
  }
  return { progress, error, done, begin, stop: () => control.current?.abort() }
}
