import {
  keepPreviousData,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
} from '@tanstack/react-query'
import { ApiError } from './api-error.ts'
import { call, type Input, type OperationId, type Output } from './call.ts'

const MOST_TRIES = 2
/** Milliseconds for which an answer counts as new. */
const FRESH = 5_000

/** What was read, for the whole console. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: FRESH, retry: (count, error) => count < MOST_TRIES && mayPass(error) },
    mutations: { retry: false },
  },
})

/** Whether trying again can help without anybody doing something. */
function mayPass(error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 502)
    ? error.code !== 'operation_unknown'
    : false
}

interface ReadOptions {
  /** False: nothing is asked yet. */
  readonly when?: boolean
  /** Milliseconds after which it is asked again. */
  readonly every?: number
  /** Asks again while nobody looks at the page, too. */
  readonly unseen?: boolean
  /** Shows the answer to the input before until the new one is there. */
  readonly keep?: boolean
}

/** Reads with an operation, and again when it may have changed. */
export function useRead<Id extends OperationId>(
  id: Id,
  input: Input<Id>,
  { when = true, every, unseen = false, keep = false }: ReadOptions = {},
): UseQueryResult<Output<Id>, ApiError> {
  return useQuery<Output<Id>, ApiError>({
    queryKey: [id, input],
    queryFn: ({ signal }) => call(id, input, { signal }),
    enabled: when,
    ...(every === undefined ? {} : { refetchInterval: every, refetchIntervalInBackground: unseen }),
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  })
}

interface ChangeOptions {
  /** Areas besides its own whose answers it changes: `grants` for all of `grants.*`. */
  readonly touches?: readonly string[]
}

/** Changes with an operation; everything read from its area (`users` of `users.create`) is read again. */
export function useChange<Id extends OperationId>(
  id: Id,
  { touches = [] }: ChangeOptions = {},
): UseMutationResult<Output<Id>, ApiError, Input<Id>> {
  const areas = [areaOf(id), ...touches]
  return useMutation<Output<Id>, ApiError, Input<Id>>({
    mutationFn: (input) => call(id, input),
    onSettled: () => reread(areas),
  })
}

/** Everything read from these areas is read again. */
export function reread(areas: readonly string[]): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey: [id] }) => areas.includes(areaOf(String(id))),
  })
}

function areaOf(id: string): string {
  return id.split('.', 1)[0] ?? id
}
