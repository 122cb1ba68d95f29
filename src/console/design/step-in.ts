/**
 * Where a key leads in a list; undefined for a key that leads nowhere. Nothing chosen is -1: every step
 * then begins at an end.
 */
export function stepIn(key: string, at: number, count: number, page: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at < 0 ? count - 1 : at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  }
  const wanted = steps[key]
  if (wanted === undefined || count === 0) return undefined
  return Math.min(Math.max(wanted, 0), count - 1)
}
