import { Play } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Input } from '../../../api/call.ts'
import { useChange, useRead } from '../../../api/queries.ts'
import { useGo, usePlace } from '../../../app/place.tsx'
import { Button } from '../../../design/button.tsx'
import { ErrorPanel } from '../../../design/error-panel.tsx'
import { type Choice, Select } from '../../../design/select.tsx'
import { useChangedDraft } from '../editor/use-draft.ts'
import { sinceOf } from './flips.ts'

const LAST = [100, 1_000, 10_000, 100_000, 1_000_000].map((count) => ({
  value: String(count),
  label: `the last ${count.toLocaleString('en')}`,
}))
const SINCE = [
  { value: '1h', label: 'the last hour' },
  { value: '24h', label: 'the last 24 hours' },
  { value: '7d', label: 'the last 7 days' },
  { value: '30d', label: 'the last 30 days' },
  { value: '', label: 'any time' },
]

/** What is tried, and on which calls; the choices stand in the address. */
export function SimulationForm(): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  const servers = useRead('policies.completions', {}).data?.servers ?? []
  const [subject, setSubject] = useState(search['subject'] ?? '')
  const { choices, what, error, busy, run } = useStart(subject)
  const { last = LAST_AS_A_RULE, since = '', server = '' } = search
  const filter = (name: string, label: string, value: string, of: readonly Choice[]): ReactNode => (
    <Select
      look="filter"
      label={label}
      value={value}
      choices={of}
      onChange={(next) =>
        go(
          { page: 'policies', item: 'simulate', search: { ...search, [name]: next } },
          { replace: true },
        )
      }
    />
  )
  return (
    <>
      <form
        className="policies-sentence"
        aria-label="Simulation"
        onSubmit={(event) => {
          event.preventDefault()
          run()
        }}
      >
        {filter('what', 'Try', what, choices)}
        {filter('last', 'Calls', last, LAST)}
        {filter('since', 'When', since, SINCE)}
        {filter('server', 'Server', server, [
          { value: '', label: 'any' },
          ...servers.map((value) => ({ value, label: value })),
        ])}
        <input
          className="input policies-who"
          aria-label="Subject, such as user:ada"
          placeholder="user:ada, or anybody"
          value={subject}
          onChange={(event) => setSubject(event.target.value.trim())}
        />
        <Button type="submit" look="main" icon={Play} busy={busy}>
          Simulate
        </Button>
      </form>
      {error !== null && <ErrorPanel error={error} />}
    </>
  )
}

const LAST_AS_A_RULE = '10000'

/** What can be tried, which of it is chosen, and how to start. */
function useStart(subject: string) {
  const { search } = usePlace()
  const go = useGo()
  const draft = useChangedDraft()
  const versions = useRead('policies.versions', { limit: '50' }).data?.items ?? []
  const start = useChange('policies.simulate')
  const choices: readonly Choice[] = [
    ...(draft === undefined ? [] : [{ value: 'draft', label: 'my draft' }]),
    ...versions.map(({ version, comment }) => ({
      value: String(version),
      label: comment === '' ? `version ${version}` : `version ${version}: ${comment}`,
    })),
    { value: '0', label: 'the configuration alone' },
  ]
  const what = choices.find(({ value }) => value === search['what'])?.value ?? choices[0]?.value
  const run = (): void => {
    const { last = LAST_AS_A_RULE, since = '', server = '' } = search
    const from = sinceOf(since, Date.now())
    const input: Input<'policies.simulate'> = {
      ...(what === 'draft' && draft !== undefined
        ? { files: draft.files }
        : { version: Number(what) }),
      last: Number(last),
      ...(from === undefined ? {} : { since: from }),
      ...(server === '' ? {} : { server }),
      ...(subject === '' ? {} : { subject }),
    }
    const kept = subject === '' ? search : { ...search, subject }
    start.mutate(input, {
      onSuccess: ({ simulation: { id } }) =>
        go({ page: 'policies', item: 'simulate', part: id, search: kept }),
    })
  }
  return { choices, what: what ?? '0', error: start.error, busy: start.isPending, run }
}
