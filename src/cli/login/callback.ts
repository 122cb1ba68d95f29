import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CommandError } from '../command-error.ts'

/** Waits for the browser to come back (RFC 8252 section 7.3). */
export interface Callback {
  /** Where it comes back to, `http://127.0.0.1:PORT/callback`. */
  readonly redirect: string
  /**
   * The address that it came back with, whose `state` is the one given. Others are refused and waited
   * past: any page of this machine's browser can call.
   *
   * @throws {CommandError} `authentication` after `patience` milliseconds, or when aborted.
   */
  wait(state: string, patience: number, signal: AbortSignal): Promise<URL>
  close(): void
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  connection: 'close',
}

/** Listens on a free port of the loopback interface. */
export async function openCallback(): Promise<Callback> {
  const arrived = Promise.withResolvers<URL>()
  arrived.promise.catch(() => {})
  let expected: string | undefined
  const server = createServer({ maxHeaderSize: 16_384 }, (request, response) => {
    // Whoever calls chooses it: it need not be an address at all.
    const url = URL.parse(request.url ?? '/', redirect)
    if (request.method !== 'GET' || url?.pathname !== '/callback')
      return say(response, 404, 'Not here.')
    if (expected === undefined || url.searchParams.get('state') !== expected)
      return say(response, 400, 'This is not the answer to our question. Start again.')
    const failed = url.searchParams.has('error')
    say(response, 200, failed ? 'Access was not given.' : 'Done.')
    arrived.resolve(url)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const redirect = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`
  return {
    redirect,
    async wait(state, patience, signal) {
      expected = state
      const give = (why: string) => () =>
        arrived.reject(new CommandError(why, { exit: 'authentication', fix: 'try again' }))
      const timer = setTimeout(give('nobody signed in in time'), patience)
      const stop = give('the sign-in was cancelled')
      signal.addEventListener('abort', stop, { once: true })
      try {
        return await arrived.promise
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
      }
    },
    close() {
      server.close()
      server.closeIdleConnections()
    },
  }
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, HEADERS)
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Bailiwick</title><h1>${text}</h1><p>You can close this page.</p></html>`,
  )
}
