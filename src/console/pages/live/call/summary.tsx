import type { ReactNode } from 'react'
import { Time } from '../../../design/time.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { durationText, endOf, verbOf } from '../words.ts'
import type { Detail } from './detail.ts'

/** What happened, in two sentences. */
export function Summary({ call }: { readonly call: Detail }): ReactNode {
  const { subject, actors, action, target, server, claims, client, at } = call
  return (
    <p className="call-summary">
      <Name text={subject?.replace(/^user:/, '') ?? 'somebody unknown'} />
      {actors.length > 0 && (
        <>
          , acted for by <Names of={actors} />,
        </>
      )}{' '}
      {verbOf(action)} <Name text={target} /> of <Name text={server} />
      {(claims || client) && (
        <>
          {' '}
          with <Name text={claims || (client ?? '')} />
        </>
      )}{' '}
      <Time at={at} />. <Decided call={call} /> <Ended call={call} />
    </p>
  )
}

function Decided({ call }: { readonly call: Detail }): ReactNode {
  const { verdict, policies, approved, decision, error } = call
  switch (verdict) {
    case 'permit':
      if (approved !== undefined)
        return (
          <>
            <Names of={approved.by} /> approved it.
          </>
        )
      return policies.length === 0 ? (
        'It was permitted.'
      ) : (
        <>
          <Names of={policies} /> permitted it.
        </>
      )
    case 'observed':
      return (
        <>
          It was let through, though{' '}
          <Names of={decision?.observed?.determining.map(({ policy }) => policy) ?? []} /> would
          have denied it: that is only observed.
        </>
      )
    case 'ask':
      return (
        <>
          <Names of={policies} /> held it until somebody approves
          <Reasons call={call} />.
        </>
      )
    case 'deny':
      return policies.length === 0 ? (
        'No policy permitted it, so it was denied.'
      ) : (
        <>
          <Names of={policies} /> denied it
          <Reasons call={call} />.
        </>
      )
    case null:
      return error === undefined ? (
        'No policy was asked.'
      ) : (
        <>
          It was refused before any policy was asked: <code>{error}</code>.
        </>
      )
  }
}

function Reasons({ call: { decision } }: { readonly call: Detail }): ReactNode {
  const reasons = decision?.determining.flatMap(({ reason }) => reason ?? []) ?? []
  return reasons.length === 0 ? null : <VisibleText text={`: ${reasons.join('; ')}`} />
}

function Ended({ call }: { readonly call: Detail }): ReactNode {
  const { outcome, duration, verdict } = call
  if (verdict !== null && (outcome === 'denied' || outcome === 'asked'))
    return 'Nothing reached the server.'
  const took = duration === undefined ? '' : ` after ${durationText(duration)}`
  switch (outcome) {
    case 'answered':
      return `The server answered${took}.`
    case 'tool_error':
      return `The tool said that it failed${took}.`
    case 'failed':
      return `It failed${took}${call.error === undefined ? '' : `: ${call.error}`}.`
    case 'cancelled':
      return `The caller gave up${took}.`
    case null:
      return `${endOf(call, Date.now())}.`
    default:
      return null
  }
}

function Name({ text }: { readonly text: string }): ReactNode {
  return (
    <b>
      <VisibleText text={text} />
    </b>
  )
}

function Names({ of }: { readonly of: readonly string[] }): ReactNode {
  return of.map((one, index) => (
    <span key={one}>
      {index > 0 && (index === of.length - 1 ? ' and ' : ', ')}
      <Name text={one} />
    </span>
  ))
}
