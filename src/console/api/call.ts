import { LINES } from 'virtual:operation-lines'
import type { Api } from '../../admin/admin.ts'
import { ApiError, errorOf, unreachable } from './api-error.ts'
import { requestLine } from './request-line.ts'
import { toSignIn } from './sign-in.ts'

/** Where the API begins. */
export const API_ROOT = '/admin/api/v1'
/** What a page of another site cannot send. */
export const CONSOLE_HEADER = { 'x-bailiwick-console': '1' } as const

export type OperationId = keyof Api
export type Input<Id extends OperationId> = Api[Id]['input']
export type Output<Id extends OperationId> = Api[Id]['output']

interface CallOptions {
  readonly signal?: AbortSignal
}

/**
 * Does an operation of the administration, as the person who is signed in. Somebody who no longer is
 * comes to the login page, and back.
 *
 * @throws ApiError with the code of the gateway; `unreachable`; `operation_unknown` when this gateway
 *   does not offer it.
 */
export async function call<Id extends OperationId>(
  id: Id,
  input: Input<Id>,
  { signal }: CallOptions = {},
): Promise<Output<Id>> {
  const { method, path, body } = lineOf(id, input)
  const response = await send(path, {
    method,
    ...(signal === undefined ? {} : { signal }),
    ...(body === undefined ? {} : { body }),
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
  })
  return (await response.json()) as Output<Id>
}

/**
 * Sends a request to the API with the cookie of the session.
 *
 * @param path below `API_ROOT`.
 * @throws ApiError unless the answer is a success.
 */
export async function send(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(`${API_ROOT}${path}`, {
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    ...init,
    headers: { ...init.headers, ...CONSOLE_HEADER },
  }).catch((cause: unknown) => {
    if (init.signal?.aborted === true) throw cause
    throw unreachable(cause)
  })
  if (response.ok) return response
  const error = await errorOf(response)
  if (response.status === 401) toSignIn()
  throw error
}

function lineOf(id: OperationId, input: unknown): ReturnType<typeof requestLine> {
  const line = LINES[id]
  if (line === undefined)
    throw new ApiError(`this gateway does not offer \`${id}\``, {
      code: 'operation_unknown',
      status: 0,
    })
  return requestLine(line, input as Readonly<Record<string, unknown>>)
}
