import { type Caller, caller } from './caller.ts'
import { startHere } from './gateway-here.ts'
import { type Someone, someone } from './people.ts'

/** How often somebody goes to connect before they give up. */
const PATIENCE = 3
/** How often a caller tries before it gives up. */
const ROUNDS = 4

type Note = (line: string) => void
type Context = Readonly<Record<string, string>>

interface Setting {
  readonly authorization?: object
  readonly env?: Readonly<Record<string, string>>
}

const SECRET = 'secret://env/CLIENT_SECRET'
const KEY = 'secret://env/CLIENT_KEY'
const ID_TOKEN = 'secret://env/ID_TOKEN'

/** What the operator has to say for a scenario; nothing for most. */
const SETTINGS: Readonly<Record<string, (context: Context) => Setting>> = {
  'auth/basic-cimd': () => ({
    authorization: { client: { id: 'https://conformance-test.local/client-metadata.json' } },
  }),
  // The server of the suite does not say that it takes bound tokens, so the operator has to.
  'auth/dpop': () => ({ authorization: { dpop: 'required' } }),
  'auth/dpop-nonce': () => ({ authorization: { dpop: 'required' } }),
  'auth/pre-registration': ({ client_id: id, client_secret = '' }) => ({
    authorization: { client: { id, secret: SECRET } },
    env: { CLIENT_SECRET: client_secret },
  }),
  'auth/client-credentials-basic': ({ client_id: id, client_secret = '' }) => ({
    authorization: { kind: 'client-credentials', holder: 'shared', client: { id, secret: SECRET } },
    env: { CLIENT_SECRET: client_secret },
  }),
  'auth/client-credentials-jwt': ({ client_id: id, private_key_pem = '' }) => ({
    authorization: { kind: 'client-credentials', holder: 'shared', client: { id, key: KEY } },
    env: { CLIENT_KEY: private_key_pem },
  }),
  'auth/enterprise-managed-authorization': (context) => ({
    authorization: {
      kind: 'identity-assertion',
      client: { id: context['client_id'], secret: SECRET },
      subjectToken: ID_TOKEN,
      subjectTokenType: 'urn:ietf:params:oauth:token-type:id_token',
      identityProvider: {
        issuer: context['idp_issuer'],
        tokenEndpoint: context['idp_token_endpoint'],
        client: { id: context['idp_client_id'] },
      },
    },
    env: {
      CLIENT_SECRET: context['client_secret'] ?? '',
      ID_TOKEN: context['idp_id_token'] ?? '',
    },
  }),
}

/** What the official suite for clients wants done. */
export interface Drive {
  /** The server of the suite. */
  readonly url: string
  readonly scenario: string
  readonly context: Context
}

/**
 * Starts a gateway with the server of the suite, and uses it as its owner, who connects where that is
 * asked for. Gives whether all tools answered in the end.
 */
export async function drive({ url, scenario, context }: Drive, note: Note): Promise<boolean> {
  const { authorization, env = {} } = SETTINGS[scenario]?.(context) ?? {}
  const target = { transport: 'http', url, ...(authorization && { authorization }) }
  const gateway = await startHere({ target }, env)
  try {
    const token = await gateway.tokenFor('/mcp')
    return await use(`${gateway.origin}/mcp`, token, await someone(gateway, 'owner'), note)
  } finally {
    for (const line of gateway.log) note(`gateway: ${line}`)
    await gateway.stop()
  }
}

/** Calls all tools until all answer; connects whenever that is asked for. */
async function use(url: string, token: string, owner: Someone, note: Note): Promise<boolean> {
  let visits = 0
  const connect = async (): Promise<boolean> => {
    if (visits++ >= PATIENCE) return false
    const { status, text } = await owner.connect('target')
    note(`connected: ${status} ${status === 200 ? '' : text.slice(0, 500)}`)
    return status === 200
  }
  for (let round = 0; round < ROUNDS; round++) {
    const told: string[] = []
    try {
      const client = await caller(url, token, {
        person: async () => ((await connect()) ? 'accept' : 'decline'),
      })
      if (await useOnce(client, told)) return true
      await client.close()
    } catch (error) {
      told.push(String(error))
    }
    note(told.join('\n'))
    // A person sees in the console, too, that a server without tools wants them to connect.
    if (!(await connect())) return false
  }
  return false
}

async function useOnce(client: Caller, told: string[]): Promise<boolean> {
  const tools = await client.tools()
  for (const tool of tools) {
    const { isError, text } = await client.call(tool)
    told.push(`${tool}: ${text}`)
    if (isError) return false
  }
  return tools.length > 0
}
