import type { Outbound } from '../link.ts'
import { createLinkOpener } from '../open-link.ts'

/** Opens a link to a stubborn child with a child of its own, says their ids, and exits. */
export async function openAndExit(script: string): Promise<void> {
  const { openLink } = createLinkOpener({ baseEnv: {} })
  const link = await openLink({
    server: 'left-behind',
    transport: {
      kind: 'stdio',
      command: process.execPath,
      args: [script, 'stubborn'],
      env: {},
      cwd: undefined,
    },
    revision: 'legacy',
    face: { clientInfo: {}, capabilities: {} },
    listener: { onNotification: () => {}, onRequest: () => Promise.reject(new Error('asked')) },
    timeout: 10_000,
    maxMessage: 100_000,
  })
  const fork: Outbound = {
    request: { kind: 'request', id: 1, method: 'tools/call', params: { name: 'fork' } },
    signal: new AbortController().signal,
    timeout: 10_000,
    onNotification: () => {},
    onRequest: () => Promise.reject(new Error('asked')),
  }
  const answer = await link.request(fork)
  if (answer.kind === 'result') process.stdout.write(JSON.stringify(answer.result))
  process.exit(0)
}
