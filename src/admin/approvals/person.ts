import { GatewayError } from '../../kernel/errors.ts'
import type { Site } from '../operation.ts'

/**
 * Requests are answered by people: never by an agent, and nothing is approved with a token. Whatever tries
 * it is on record.
 *
 * @throws GatewayError `person_required`.
 */
export async function requirePerson(
  site: Site,
  id: string,
  verdict: 'approve' | 'decline',
): Promise<void> {
  const { subject, way } = site.caller
  if (subject.kind !== 'user' || subject.actors.length > 0)
    throw await refused(site, id, verdict, 'requests for approval are answered by people')
  if (verdict === 'approve' && way !== 'session')
    throw await refused(site, id, verdict, 'approve in the console: a token is no person')
}

async function refused(
  { administration: { approvals, records }, caller }: Site,
  id: string,
  verdict: 'approve' | 'decline',
  message: string,
): Promise<GatewayError> {
  const code = 'person_required'
  const request = await approvals.find(id)
  if (request !== undefined) {
    const { digest, server, target, subject, client } = request
    const channel = caller.way === 'session' ? 'console' : 'command-line'
    await records.witness({
      ...{ event: 'approval.refused', outcome: 'refused', subject, client },
      ...{ target: `approval:${request.id}`, by: caller.actor },
      detail: { digest, server, target, why: code, channel, verdict },
    })
  }
  return new GatewayError(code, message)
}
