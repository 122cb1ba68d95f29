import { factsOf, type ServerFacts } from '../facts.ts'
import { findByHand, httpServer, stdioServer } from './servers.ts'

export const OPTIONS = { findSecrets: findByHand, key: new Uint8Array(32).fill(7) }

/** Facts of a local server from its command line. */
export function localFacts(
  line: string,
  parts: { readonly name?: string; readonly env?: Readonly<Record<string, string>> } = {},
): ServerFacts {
  const [command = '', ...args] = line.split(' ')
  return factsOf(stdioServer({ name: 'plain', ...parts, command, args }), OPTIONS)
}

/** Facts of a server behind a URL. */
export function remoteFacts(url: string, headers = {}, name = 'remote'): ServerFacts {
  return factsOf(httpServer(url, headers, name), OPTIONS)
}
