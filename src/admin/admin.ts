import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Authenticator, Credentials, Sender } from '../kernel/authentication.ts'
import { toGatewayError } from '../kernel/errors.ts'
import type { RandomId } from '../kernel/ports.ts'
import { callerOf, requireLevel, requirePermission } from './caller.ts'
import { findOperation } from './find-operation.ts'
import type { Administration } from './ports.ts'
import { sendAnswer, sendProblem } from './problem.ts'
import { readInput } from './read-input.ts'

export type { Api } from './operations.ts'
export type { Administration, CheckedSource, TrustedSource } from './ports.ts'

/** The resource that tokens for the administration are for. */
const RESOURCE = '/admin'
/** Where its operations begin. */
export const ADMIN_ROOT = '/admin/api/v1'

export interface AdminOptions {
  readonly administration: Administration
  readonly authenticator: Authenticator
  /** As clients see it: a proxy may end TLS for us. */
  readonly scheme: 'http' | 'https'
  readonly randomId: RandomId
  /** For failures that are not a client's fault. Never given a secret. */
  readonly log: (line: string) => void
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * The administration of identities over HTTP: JSON, for whoever's roles allow it, with a token of the resource `/admin`.
 * Undefined for a path that is not below `ADMIN_ROOT`. Each answer of a change is sent once it counts.
 */
export function adminRoutes(options: AdminOptions): (path: string) => Handler | undefined {
  return (path) =>
    path.startsWith(`${ADMIN_ROOT}/`)
      ? (request, response) => answer(options, path, request, response)
      : undefined
}

async function answer(
  options: AdminOptions,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const credentials = credentialsOf(options, path, request)
  const owed: string[] = []
  try {
    const { headers = [], ...sender } = await options.authenticator.authenticate(credentials)
    owed.push(...headers)
    await perform(options, path, request, response, sender, owed)
  } catch (thrown) {
    const error = toGatewayError(thrown)
    const requestId = options.randomId()
    if (error.code === 'internal')
      options.log(`admin: an operation failed (request ${requestId}): ${textOf(error.cause)}`)
    const challenge = options.authenticator.challenge(error, credentials)
    sendProblem(request, response, error, requestId, [...challenge, ...owed])
  }
}

async function perform(
  { administration }: AdminOptions,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  sender: Sender,
  owed: readonly string[],
): Promise<void> {
  const caller = callerOf(sender, 'token')
  // Who has no role learns nothing of what there is.
  requirePermission(caller, 'self')
  requireLevel(sender, 'read')
  const asked = findOperation(request.method ?? '', path.slice(ADMIN_ROOT.length))
  const { operation } = asked
  requirePermission(caller, operation.needs)
  requireLevel(sender, operation.level)
  const input = await readInput(request, response, asked)
  const site = { ...administration.actingAs(caller.actor), administration, caller }
  try {
    const result = operation.output.parse(await operation.run(site, input as never))
    if (operation.level === 'write') await administration.settled()
    sendAnswer(response, operation.status, result, owed)
  } catch (error) {
    // Of what takes several steps, some may have been done.
    if (operation.level === 'write') await administration.settled()
    throw error
  }
}

function credentialsOf(
  { scheme }: AdminOptions,
  path: string,
  { headers, method = '' }: IncomingMessage,
): Credentials {
  const { authorization, dpop, host = '' } = headers
  return {
    authorization,
    dpop: typeof dpop === 'string' ? dpop : undefined,
    method,
    origin: `${scheme}://${host.toLowerCase()}`,
    path: RESOURCE,
    target: path,
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}
