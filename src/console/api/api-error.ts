/** What is wrong with one member of an input. */
export interface Fault {
  readonly member: string
  readonly message: string
}

/** Why an operation was not done, in the words of the gateway. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** Stable, such as `role_insufficient`; `unreachable` when no answer came. */
  readonly code: string
  /** HTTP; 0 when no answer came. */
  readonly status: number
  /** By which the log of the gateway knows the request. */
  readonly requestId: string | undefined
  readonly faults: readonly Fault[]

  constructor(
    message: string,
    options: {
      readonly code: string
      readonly status: number
      readonly requestId?: string | undefined
      readonly faults?: readonly Fault[]
      readonly cause?: unknown
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code
    this.status = options.status
    this.requestId = options.requestId
    this.faults = options.faults ?? []
  }
}

/** Reads an answer that is no success: problem+json (RFC 9457), or whatever a proxy sent instead. */
export async function errorOf(response: Response): Promise<ApiError> {
  const { status } = response
  const problem = await bodyOf(response)
  const { detail, code, requestId, errors } = problem
  return new ApiError(textIn(detail) ?? `the gateway answered with status ${status}`, {
    code: textIn(code) ?? `http_${status}`,
    status,
    requestId: textIn(requestId),
    faults: Array.isArray(errors) ? errors.flatMap(faultOf) : [],
  })
}

/** No answer came: the gateway is down, or the way to it is. */
export function unreachable(cause: unknown): ApiError {
  return new ApiError('the gateway cannot be reached', { code: 'unreachable', status: 0, cause })
}

interface Problem {
  readonly detail?: unknown
  readonly code?: unknown
  readonly requestId?: unknown
  readonly errors?: unknown
}

async function bodyOf(response: Response): Promise<Problem> {
  try {
    const body: unknown = await response.json()
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    return {}
  }
}

function faultOf(value: unknown): readonly Fault[] {
  if (typeof value !== 'object' || value === null) return []
  const { member, message } = value as Partial<Record<keyof Fault, unknown>>
  return typeof member === 'string' && typeof message === 'string' ? [{ member, message }] : []
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
