import { type ReactNode, useEffect, useState } from 'react'
import type { ApiError } from '../../../api/api-error.ts'
import { call as ask } from '../../../api/call.ts'
import { useMay } from '../../../app/me.tsx'
import { PlaceLink } from '../../../app/place.tsx'
import { Button } from '../../../design/button.tsx'
import { CodeBlock } from '../../../design/code-block.tsx'
import { ErrorPanel } from '../../../design/error-panel.tsx'
import { CheckField } from '../../../design/form.tsx'
import { Select } from '../../../design/select.tsx'
import { SkeletonRows } from '../../../design/skeleton.tsx'
import type { Detail } from './detail.ts'
import type { Reveal } from './use-reveal.ts'

type Effect = 'permit' | 'forbid'

const EFFECTS = [
  { value: 'permit', label: 'permit' },
  { value: 'forbid', label: 'forbid' },
]

/** A policy for exactly such calls, to look at and to take into the editor. */
export function RuleView({
  call,
  reveal,
}: {
  readonly call: Detail
  readonly reveal: Reveal
}): ReactNode {
  const wasLetThrough = call.verdict === 'permit' || call.verdict === 'observed'
  const [effect, setEffect] = useState<Effect>(wasLetThrough ? 'forbid' : 'permit')
  const [fixed, setFixed] = useState<readonly string[]>([])
  const { policy, error, busy } = useRule(call.id, effect, fixed)
  const mayWrite = useMay('policies.write')
  const names = Object.entries(reveal.revealed?.carried?.arguments ?? {}).flatMap(
    ([name, value]) => (isComparable(value) ? [name] : []),
  )
  return (
    <div className="call-view">
      <div className="call-choose">
        <Select
          label="Effect"
          look="filter"
          value={effect}
          choices={EFFECTS}
          onChange={(next) => setEffect(next as Effect)}
        />
        <span className="quiet">for exactly this principal and this target</span>
      </div>
      {names.length > 0 ? (
        <fieldset className="call-fixed">
          <legend>Only with these arguments as they were</legend>
          {names.map((name) => (
            <CheckField
              key={name}
              label={name}
              checked={fixed.includes(name)}
              onChange={(on) =>
                setFixed(on ? [...fixed, name] : fixed.filter((one) => one !== name))
              }
            />
          ))}
          <p className="quiet">Their values stand in the rule; that you read them is on record.</p>
        </fieldset>
      ) : (
        reveal.may &&
        reveal.revealed === undefined && (
          <p className="call-choose">
            <Button busy={reveal.busy} onClick={reveal.reveal}>
              Show what it carried
            </Button>
            <span className="quiet">to fix arguments in the rule; it is put on record</span>
          </p>
        )
      )}
      {error !== null && <ErrorPanel error={error} />}
      {busy && policy === undefined && <SkeletonRows count={4} />}
      {policy === undefined && !busy && error === null && (
        <p className="quiet">The record does not keep enough of this call for a rule.</p>
      )}
      {policy !== undefined && <CodeBlock label="The rule" text={policy} />}
      {policy !== undefined && mayWrite && (
        <div className="actions">
          <PlaceLink
            className="button"
            to={{
              page: 'policies',
              item: 'editor',
              search: {
                rule: call.id,
                effect,
                ...(fixed.length === 0 ? {} : { arguments: fixed.join(',') }),
              },
            }}
          >
            Take it into the editor
          </PlaceLink>
        </div>
      )}
    </div>
  )
}

interface Rule {
  readonly policy: string | undefined
  readonly error: ApiError | null
  readonly busy: boolean
}

/** Asked for when somebody chose something, and not again by itself: with arguments it is on record. */
function useRule(id: string, effect: Effect, fixed: readonly string[]): Rule {
  const [rule, setRule] = useState<Rule>({ policy: undefined, error: null, busy: true })
  useEffect(() => {
    const asked = new AbortController()
    const read = async (): Promise<void> => {
      setRule(({ policy }) => ({ policy, error: null, busy: true }))
      try {
        const { policy } = await ask('calls.rule', { id, effect, arguments: [...fixed] }, asked)
        setRule({ policy, error: null, busy: false })
      } catch (error) {
        if (!asked.signal.aborted)
          setRule({ policy: undefined, error: error as ApiError, busy: false })
      }
    }
    void read()
    return () => asked.abort()
  }, [id, effect, fixed])
  return rule
}

/** What a rule can compare. */
function isComparable(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)
}
