import { ShieldCheck } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import type { Output } from '../../api/call.ts'
import { reread, useChange, useRead } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { sayFailure } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { Facts, Section } from '../../design/drawer.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { Time } from '../../design/time.tsx'
import { ChainPlace } from './chain-place.tsx'
import { type Check, CheckChip } from './check-chip.tsx'
import { ExportSection } from './export-section.tsx'
import { When } from './when.tsx'

/** Milliseconds between two looks at a verification that runs. */
const LOOK = 700

/** What the chain is, whether it is whole, and a copy of it to keep. */
export function ChainTab(): ReactNode {
  const query = useRead('records.status', {}, { every: 15_000 })
  const mayExport = useMay('records.export')
  return (
    <div className="inset stack records-chain">
      <Loaded query={query} rows={8}>
        {(status) => (
          <>
            <Verification status={status} />
            <Section title="The chain">
              <p className="quiet">
                Each record holds the hash of the one before: none can be changed, taken out or put
                in without breaking all that come after.
              </p>
              <Facts rows={factsOf(status)} />
            </Section>
          </>
        )}
      </Loaded>
      {mayExport && <ExportSection />}
    </div>
  )
}

function factsOf({
  head,
  kept,
  first,
  last,
  signed,
}: Output<'records.status'>): readonly (readonly [string, ReactNode])[] {
  return [
    [
      'Records',
      <span key="count" className="numbers">
        {head.seq}
      </span>,
    ],
    ['Head', <ChainPlace key="head" {...head} what="the head" />],
    [
      'Kept outside the database',
      kept === undefined ? (
        'no head: who can write to the database could cut the end off unseen'
      ) : (
        <ChainPlace key="kept" {...kept} what="the kept head" />
      ),
    ],
    ['First', first === undefined ? 'none' : <When key="first" at={first} />],
    ['Last', last === undefined ? 'none' : <When key="last" at={last} />],
    ['Signed', signed ? 'yes' : 'no: heads are not signed'],
  ]
}

function Verification({ status }: { readonly status: Output<'records.status'> }): ReactNode {
  const may = useMay('records.verify')
  const start = useChange('records.verifyStart')
  const isRunning = status.check?.state === 'running'
  const state = useRead('records.verifyState', {}, { when: may && isRunning, every: LOOK })
  const check = newest(status.check, state.data?.check)
  const isOver = isRunning && check?.ended !== undefined
  useEffect(() => {
    if (isOver) void reread(['records'])
  }, [isOver])
  const begin = (): void =>
    start.mutate({}, { onError: (error) => sayFailure('It was not begun', error) })
  return (
    <Section
      title="Is it whole?"
      actions={
        may && (
          <Button
            look="main"
            icon={ShieldCheck}
            busy={start.isPending || check?.state === 'running'}
            onClick={begin}
          >
            Verify the chain
          </Button>
        )
      }
    >
      <div className="records-check" data-state={check?.state ?? 'never'} aria-live="polite">
        <CheckChip check={check} />
        <span className="records-found">{found(check)}</span>
        {check?.ended !== undefined && <Time at={check.ended} />}
      </div>
      {check?.state === 'running' && (
        <progress
          className="records-progress"
          aria-label="Records looked at"
          value={check.done}
          max={Math.max(check.of, 1)}
        />
      )}
      {check?.fault !== undefined && (
        <Facts
          rows={[
            ['Found', check.fault.kind],
            [
              'At record',
              <span key="seq" className="numbers">
                {check.fault.seq}
              </span>,
            ],
            ['In words', check.fault.message],
          ]}
        />
      )}
    </Section>
  )
}

/** Of two answers about the same verification the later one. */
function newest(one: Check | undefined, other: Check | undefined): Check | undefined {
  if (one === undefined || other === undefined) return one ?? other
  if (one.id !== other.id) return one.started > other.started ? one : other
  if (one.ended !== undefined) return one
  return other.ended === undefined && one.done > other.done ? one : other
}

function found(check: Check | undefined): string {
  if (check === undefined) return 'Nobody has looked at all of it since the gateway started.'
  const { state, done, of, open = 0 } = check
  switch (state) {
    case 'running':
      return `${done} of ${of} records`
    case 'good':
      return open === 0
        ? `All ${done} records are as they were written.`
        : `All ${done} records are as they were written; ${open === 1 ? 'one call has' : `${open} calls have`} no end on record.`
    case 'bad':
      return `Something was changed: ${done} records were looked at.`
    case 'failed':
      return `It could not be looked at to its end: ${done} of ${of} records were.`
  }
}
