import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ApiError } from './api-error.ts'
import { call, type Input, type OperationId, type Output } from './call.ts'

/** Operations that answer with a page of a list. */
type Listing = {
  [Id in OperationId]: Output<Id> extends { readonly items: readonly unknown[] } ? Id : never
}[OperationId]
type Item<Id extends Listing> =
  Output<Id> extends { readonly items: readonly (infer One)[] } ? One : never

interface ListPage<T> {
  readonly items: readonly T[]
  readonly next?: string
}

/** A list as far as it was loaded. */
export interface Listed<T> {
  readonly items: readonly T[]
  readonly error: ApiError | null
  /** Nothing has come yet. */
  readonly loading: boolean
  readonly more: boolean
  readonly loadingMore: boolean
  readonly loadMore: () => void
  readonly again: () => void
}

/** Reads a list page by page. */
export function useList<Id extends Listing>(
  id: Id,
  input: Omit<Input<Id>, 'cursor'>,
  { when = true, every }: { readonly when?: boolean; readonly every?: number } = {},
): Listed<Item<Id>> {
  const query = useInfiniteQuery({
    queryKey: [id, input, 'pages'],
    queryFn: async ({ pageParam, signal }): Promise<ListPage<Item<Id>>> => {
      const part = pageParam === '' ? {} : { cursor: pageParam }
      return (await call(id, { ...input, ...part } as Input<Id>, { signal })) as never
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    enabled: when,
    ...(every === undefined ? {} : { refetchInterval: every }),
  })
  const { data } = query
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data])
  return {
    items,
    error: query.error as ApiError | null,
    loading: when && data === undefined && query.error === null,
    more: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    again: () => void query.refetch(),
  }
}
