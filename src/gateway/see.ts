import type { AccessRequest } from '../kernel/access.ts'
import type { CredentialFact } from '../kernel/credential.ts'
import { type AnalysisSubject, type Facts, NO_FACTS } from '../kernel/facts.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Limits } from '../kernel/limits.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Subject } from '../kernel/subject.ts'
import type { Aim } from './aim.ts'
import type { CallFlow } from './flow/call-flow.ts'
import { analysedOf, type Known } from './known.ts'
import type { Leaving } from './screen/leaving.ts'
import type { UpstreamServer } from './watched-links.ts'

/** Undefined where the server is shown nothing. */
export type CredentialOf = (server: string, subject: Subject) => CredentialFact | undefined

/** What servers of the catalog are shown, by their names. */
export function credentialsOf(servers: readonly UpstreamServer[]): CredentialOf {
  const all = new Map(servers.map((server) => [server.name, server]))
  return (name, subject) => all.get(name)?.credential?.(subject)
}

interface Seeing {
  readonly now: Clock
  readonly analyse: (tool: AnalysisSubject, args: JsonObject) => Facts | Promise<Facts>
  readonly limits: Limits
  /** With what a call of a subject would be made at a server. */
  readonly credential?: CredentialOf
}

/** Adds to what policies see what only analysers, the memory of what was read, and limits know. */
export async function see(
  stages: Seeing,
  flow: CallFlow,
  { aim, facts: content }: Leaving,
  sent: Aim,
  known: Known,
): Promise<AccessRequest> {
  const read = known.analysis ? await stages.analyse(known.analysis, analysedOf(sent)) : NO_FACTS
  const facts = content === undefined ? read : { ...read, content }
  const request = { ...accessRequest(stages, aim, known), facts }
  const seen = { ...request, flow: await flow.look(request, sent, known) }
  return { ...seen, rate: await stages.limits.left(seen) }
}

/** Builds what policies see from what the operator knows; a server's claims have no part in it. */
export function accessRequest(
  { now, credential }: Pick<Seeing, 'now' | 'credential'>,
  aim: Aim,
  { classification, of }: Pick<Known, 'classification' | 'of'>,
): AccessRequest {
  const { conversation, sender } = aim.exchange
  const fact = credential?.(of?.server ?? aim.server, conversation.subject)
  return {
    subject: sender.subject,
    authorization: sender.authorization,
    client: conversation.client,
    action: aim.action,
    target: {
      kind: aim.kind,
      server: aim.server,
      name: aim.name,
      classification,
      ...(of === undefined ? {} : { of }),
    },
    arguments: aim.arguments,
    facts: NO_FACTS,
    ...(fact === undefined ? {} : { credential: fact }),
    rate: {},
    time: now(),
  }
}
