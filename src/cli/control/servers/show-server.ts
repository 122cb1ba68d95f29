import type {
  CredentialReference,
  Reaching,
  ServerClaim,
  ServerState,
} from '../../../admin/servers/ports.ts'
import type { ServerConfig } from '../../../config/config.ts'
import { formatText } from '../../../config/secret.ts'
import type { ConfigText } from '../../../kernel/secret-reference.ts'
import { spellOut } from '../../../kernel/visible-text.ts'
import type { ServerMeeting } from '../../link-watch.ts'

/** How a server is reached, without any value that may be a secret. */
export function reachingOf(server: ServerConfig): Reaching {
  if (server.transport !== 'stdio')
    return {
      transport: server.transport,
      url: server.url,
      credentials: references('header', server.headers),
    }
  const { command, args, cwd } = server
  return { transport: 'stdio', command, args, cwd, credentials: references('variable', server.env) }
}

function references(
  what: string,
  texts: Readonly<Record<string, ConfigText>>,
): readonly CredentialReference[] {
  return Object.entries(texts).map(([name, text]) => ({
    goes: `${what} ${name}`,
    ...(text.kind === 'secret' ? { reference: formatText(text) } : {}),
  }))
}

export function stateOf(
  { open, met, failures, failed }: ServerMeeting,
  listed: boolean,
): ServerState {
  return {
    links: open,
    listed,
    failures,
    ...(met && { connected: met.at }),
    ...(failed && { failed }),
  }
}

const MOST_NAME = 200
const MOST_INSTRUCTIONS = 8_000

/** What a server says of itself, for those who judge it. */
export function claimOf({ met }: ServerMeeting): ServerClaim | undefined {
  if (met === undefined) return undefined
  const { serverInfo, instructions, revision } = met.claims
  const said = (member: string): string => spellOut(String(serverInfo[member] ?? ''), MOST_NAME)
  const title = serverInfo['title']
  return {
    name: said('name'),
    version: said('version'),
    ...(typeof title === 'string' ? { title: said('title') } : {}),
    ...(instructions === undefined
      ? {}
      : {
          instructions: instructions
            .split('\n')
            .map((line) => spellOut(line, MOST_INSTRUCTIONS))
            .join('\n'),
        }),
    era: met.era,
    revision,
  }
}
