import type { Socket } from 'node:net'

/**
 * Looks at what the server sends before it goes on.
 *
 * @returns what goes on now, `refused` when nothing more may, and whether the rest need not be looked at.
 */
export type Inspect = (
  bytes: Buffer,
) => { readonly pass: Buffer; readonly last: boolean } | 'refused'

/** Joins both ends of a connection, with half-closes as they are, until both are done or nothing moves. */
export function relay(near: Socket, far: Socket, idle: number, inspect?: Inspect): void {
  const end = (): void => {
    near.destroy()
    far.destroy()
  }
  near.setTimeout(idle, end)
  near.on('error', end)
  far.on('error', end)
  // what was read before the other side went is still delivered
  near.once('close', () => far.destroySoon())
  far.once('close', () => near.destroySoon())
  if (near.destroyed || far.destroyed) return void end()
  far.pipe(near)
  if (inspect === undefined) near.pipe(far)
  else inspected(near, far, inspect, end)
}

function inspected(near: Socket, far: Socket, inspect: Inspect, refuse: () => void): void {
  const onEnd = (): void => void far.end()
  const onData = (bytes: Buffer): void => {
    const found = inspect(bytes)
    if (found === 'refused') return void refuse()
    const flows = found.pass.length === 0 || far.write(found.pass)
    if (found.last) {
      near.off('data', onData).off('end', onEnd)
      near.pipe(far)
    } else if (!flows) {
      near.pause()
      far.once('drain', () => near.resume())
    }
  }
  near.on('data', onData).on('end', onEnd)
  if (near.readableEnded) onEnd()
}
