/** So many at once, then one each so many milliseconds. */
export interface Budget {
  /** Whether there is room for one more; takes it then. */
  take(now: number): boolean
}

/** @param pace milliseconds until one more fits. */
export function budget(burst: number, pace: number, start: number): Budget {
  let left = burst
  let since = start
  return {
    take(now) {
      const back = Math.floor((now - since) / pace)
      if (back > 0) {
        left = Math.min(burst, left + back)
        since += back * pace
      }
      if (left === 0) return false
      left -= 1
      return true
    },
  }
}
