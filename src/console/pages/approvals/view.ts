import { useFilter } from '../../app/place.tsx'

/** What of the approvals is shown. */
export const VIEWS = ['waiting', 'pending', 'answered', 'patterns', 'contexts'] as const
export type View = (typeof VIEWS)[number]

export const VIEW_TITLES: Readonly<Record<View, string>> = {
  waiting: 'Waiting for me',
  pending: 'All pending',
  answered: 'Answered',
  patterns: 'Patterns',
  contexts: 'What agents read',
}

/** The view that the address names. The first one needs no name. */
export function useView(): View {
  const [view] = useFilter('view')
  return VIEWS.find((one) => one === view) ?? 'waiting'
}

/** The view as the address holds it. */
export function viewSearch(view: View): Readonly<Record<string, string>> {
  return view === 'waiting' ? {} : { view }
}
