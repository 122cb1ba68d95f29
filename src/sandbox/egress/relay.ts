import type { Socket } from 'node:net'

/** What goes on now, and whether the rest need not be looked at. */
export interface Passed {
  readonly pass: Buffer
  readonly last: boolean
}

/** Looks at what a server sends before it goes on. */
export interface Inspector {
  sent(bytes: Buffer): Passed | 'refused'
  /** Is told what comes back, before the server gets it. */
  readonly answered?: (bytes: Buffer) => void
}

/** Joins both ends of a connection, with half-closes as they are, until both are done or nothing moves. */
export function relay(near: Socket, far: Socket, idle: number, inspector?: Inspector): void {
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
  // before the pipe, and so before the server
  if (inspector?.answered !== undefined) far.on('data', inspector.answered)
  far.pipe(near)
  if (inspector === undefined) near.pipe(far)
  else inspected(near, far, inspector, end)
}

function inspected(near: Socket, far: Socket, inspector: Inspector, refuse: () => void): void {
  const { answered } = inspector
  const onEnd = (): void => void far.end()
  const onData = (bytes: Buffer): void => {
    const found = inspector.sent(bytes)
    if (found === 'refused') return void refuse()
    const flows = found.pass.length === 0 || far.write(found.pass)
    if (found.last) {
      near.off('data', onData).off('end', onEnd)
      if (answered !== undefined) far.off('data', answered)
      near.pipe(far)
    } else if (!flows) {
      near.pause()
      far.once('drain', () => near.resume())
    }
  }
  near.on('data', onData).on('end', onEnd).resume()
  if (near.readableEnded) onEnd()
}
