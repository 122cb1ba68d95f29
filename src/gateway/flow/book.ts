import type { AccessRequest, Classification } from '../../kernel/access.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { FlowCall } from '../../kernel/flow.ts'
import { principalOf } from '../../kernel/subject.ts'

/** The call as the memory of what was read knows it: by whom it is, and of what, as the client names that. */
export function flowCallOf(
  { subject, authorization, target, time }: AccessRequest,
  call: string,
): FlowCall {
  const { client, grant } = authorization
  return {
    key: { principal: principalOf(subject), client, grant },
    call,
    server: target.server,
    target: target.name,
    kind: target.kind,
    acts: acts(target.classification),
    time,
  }
}

/** Whether a tool does more than read. */
export function acts({ effects }: Pick<Classification, 'effects'>): boolean {
  return effects.some((effect) => effect !== 'read')
}

/** Asks the memory of what was read. @throws GatewayError `flow_unavailable` for whatever fails there. */
export async function asking<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (thrown) {
    throw thrown instanceof GatewayError ? thrown : unavailable(thrown)
  }
}

function unavailable(cause: unknown): GatewayError {
  const message = 'what was read before could not be looked up or kept'
  return new GatewayError('flow_unavailable', message, { cause })
}
