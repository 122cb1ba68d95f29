/** Runs tasks one after the other, each when all before it are over, however they ended. */
export type Turn = <T>(task: () => Promise<T>) => Promise<T>

/** Makes a line of tasks. */
export function inTurn(): Turn {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const mine = last.then(task)
    last = mine.catch(() => {})
    return mine
  }
}
