import type { CanarySighting } from '../kernel/canary.ts'
import type { SecurityEvent } from '../kernel/event.ts'
import type { Planted } from './rows.ts'

/** A decoy that counts from now on. */
export function plantedEvent({
  id,
  kind,
  principal,
  server,
  place,
}: Planted): Omit<SecurityEvent, 'outcome'> {
  return {
    event: 'canary.planted',
    target: id,
    detail: { kind, place, ...(principal && { principal }), ...(server && { server }) },
  }
}

/** A decoy that turned up, with where it was planted as far as that is known here. */
export function sightedEvent(
  { canary, subject, client, call, grant, server, target, part, stopped }: CanarySighting,
  where: Planted | undefined,
): SecurityEvent {
  const { kind, place, principal, server: from } = where ?? {}
  return {
    event: 'canary.sighted',
    outcome: 'done',
    ...(subject !== '' && { subject }),
    ...(client !== '' && { client }),
    target: canary,
    detail: {
      ...{ call, grant, server, target, part, stopped },
      planted: {
        ...(kind && { kind }),
        ...(place && { place }),
        ...(principal && { principal }),
        ...(from && { server: from }),
      },
    },
  }
}
