import type { AdminOptions } from '../../admin/admin.ts'
import { CONSOLE_CLIENT } from '../../admin/console-session.ts'
import type { Directory } from '../../directory/directory.ts'
import { openEventStream } from '../../http/event-stream.ts'
import type { Sender } from '../../kernel/authentication.ts'
import { encodeEvent } from '../../mcp/wire/sse.ts'
import type { Oauth } from '../../oauth/oauth.ts'

interface Parts {
  readonly issuer: string
  readonly directory: Pick<Directory, 'accounts'>
  readonly oauth: Pick<Oauth, 'session'>
}

/** Bytes that wait for a slow reader of news; and milliseconds of silence before a comment. */
const STREAM = { maxBacklog: 1_048_576, silenceMs: 15_000 }

/** Knows people in the console by the login session of their browser. */
export function consoleDoor({ issuer, directory, oauth }: Parts): AdminOptions['console'] {
  return {
    publicOrigin: issuer,
    async session(request, response) {
      const session = await oauth.session(request, response)
      const user = session && (await directory.accounts.user(session.user))
      if (session === undefined || user?.status !== 'active') return undefined
      const { id, methods, expires } = session
      return {
        subject: { kind: 'user', id: user.id, via: 'login', groups: user.groups, actors: [] },
        authorization: {
          client: CONSOLE_CLIENT,
          clientTrust: 'registered',
          // What is done in it ends with it, as with a grant.
          grant: id,
          scopes: ['write'],
          bound: false,
          issuer,
          expires,
          methods,
        },
      }
    },
  }
}

/** The sender of a token, as the directory knows them at this moment. */
export async function senderNow(
  { accounts }: Pick<Directory, 'accounts'>,
  sender: Sender,
): Promise<Sender | undefined> {
  const { kind, id } = sender.subject
  const known = await (kind === 'user' ? accounts.user(id) : accounts.agent(id))
  if (known?.status !== 'active') return undefined
  return { ...sender, subject: { ...sender.subject, groups: known.groups } }
}

/** Answers with server-sent events. */
export const openStream: AdminOptions['live']['openStream'] = (response, onClose) => {
  const { write, end } = openEventStream(response, STREAM, onClose)
  return { write: (event) => write(encodeEvent(event)), end }
}
