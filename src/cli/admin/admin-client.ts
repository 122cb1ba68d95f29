import { ADMIN_ROOT } from '../../admin/admin.ts'
import type { Operation } from '../../admin/operation.ts'
import { OPERATIONS } from '../../admin/operations.ts'
import type { Config } from '../../config/config.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { type GatewayHttp, openGatewayHttp, operator } from '../gateway-http.ts'
import { load } from '../load.ts'
import { readText } from '../read-text.ts'

/** Milliseconds for an answer: checks of other hosts take a while. */
const PATIENCE = 30_000
const MOST_BYTES = 8_388_608

/** Has the gateway that runs do what administrators do. */
export interface AdminClient {
  readonly config: Config
  /** Under which name the gateway is known, and its console. */
  issuer(): string
  /**
   * Asks for one operation by its id.
   *
   * @param input its members; those that are undefined are left out.
   * @throws {CommandError} for what it refuses.
   */
  ask<T>(id: string, input?: Readonly<Record<string, unknown>>): Promise<T>
}

/** Options that every command of the administration takes. */
export interface AdminOptions {
  readonly as?: string
}

/**
 * Gives a command the gateway of the data directory, as the operator of the machine.
 *
 * @throws {CommandError} `unreachable` when none runs: what is done must be on record, and the gateway
 *   is what records.
 */
export async function withAdmin(
  context: Context,
  { as }: AdminOptions,
  work: (admin: AdminClient) => Promise<Exit>,
): Promise<Exit> {
  const { config } = load(context)
  const http = openGatewayHttp(config.dataDir, (way) => operator(config.dataDir, way, as))
  try {
    return await work({ config, issuer: http.issuer, ask: adminAsker(http, context.signal) })
  } finally {
    http.close()
  }
}

/** Asks for operations as whoever `http` shows. */
export function adminAsker(http: GatewayHttp, stop: AbortSignal): AdminClient['ask'] {
  return async <T>(id: string, input = {}) =>
    (await exchange(http, operationOf(id), input, stop)) as T
}

function operationOf(id: string): Operation {
  const found = OPERATIONS.find((one) => one.id === id)
  if (found === undefined) throw new TypeError(`no operation ${id}`)
  return found
}

async function exchange(
  http: GatewayHttp,
  { method, path }: Operation,
  input: Readonly<Record<string, unknown>>,
  stop: AbortSignal,
): Promise<unknown> {
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined))
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = encodeURIComponent(String(rest.get(name)))
    rest.delete(name)
    return value
  })
  const members = Object.fromEntries(rest)
  const inQuery = method === 'GET' || method === 'DELETE'
  const query = inQuery && rest.size > 0 ? `?${new URLSearchParams(members as never)}` : ''
  const response = await http.send({
    method,
    path: `${ADMIN_ROOT}${filled}${query}`,
    headers: inQuery ? {} : { 'content-type': 'application/json' },
    ...(inQuery ? {} : { body: JSON.stringify(members) }),
    signal: AbortSignal.any([stop, AbortSignal.timeout(PATIENCE)]),
  })
  const text = await readText(response, MOST_BYTES)
  const { statusCode: status = 0 } = response
  if (status >= 200 && status < 300) return JSON.parse(text)
  throw refused(status, text)
}

/** What is said of refusals that have a remedy of their own. */
const FIXES: Readonly<Record<string, { readonly exit: Exit; readonly fix: string }>> = {
  approver_refused: {
    exit: 'authentication',
    fix: 'name who may answer with `--as user:ID`; `bailiwick approvals withdraw` takes a request back',
  },
  approval_over: { exit: 'usage', fix: '`bailiwick approvals show` says what became of it' },
}

/** An answer that is not the one wanted, as the person at the terminal needs it. */
function refused(status: number, text: string): CommandError {
  const { detail, code, requestId } = problemOf(text)
  const own = FIXES[code]
  if (own !== undefined) return new CommandError(detail, own)
  if (status === 403)
    return new CommandError(detail, {
      exit: 'authentication',
      fix: 'name an owner who is active with `--as user:ID`',
    })
  if (status === 404)
    return new CommandError(detail, { exit: 'usage', fix: 'the command `ls` beside it lists them' })
  if (status < 500) return new CommandError(detail, { exit: 'usage' })
  if (code === 'internal')
    return new CommandError(`${detail} (request ${requestId})`, {
      exit: 'internal',
      fix: 'the log of the gateway says more',
    })
  return new CommandError(detail, { exit: 'unreachable', fix: '`bailiwick doctor` says more' })
}

function problemOf(text: string): Record<'detail' | 'code' | 'requestId', string> {
  try {
    const { detail, code, requestId, error } = JSON.parse(text)
    return {
      detail: String(detail ?? error?.message),
      code: String(code),
      requestId: String(requestId),
    }
  } catch {
    return { detail: 'the gateway gave no answer that can be read', code: '', requestId: '' }
  }
}
