import {
  Client,
  StreamableHTTPClientTransport,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'

/** The eras in which the official client speaks. */
export const ERAS = ['modern', 'legacy'] as const
export type Era = (typeof ERAS)[number]

const MODES: Readonly<Record<Era, VersionNegotiationMode>> = {
  modern: { pin: '2026-07-28' },
  legacy: 'legacy',
}

/** What the person in front of a client is shown. */
export interface Shown {
  readonly message: string
  readonly url: string
}

/** What a call ended in. */
export interface Outcome {
  readonly isError: boolean
  readonly text: string
}

/** An official client, with all that came to it. */
export interface Caller {
  readonly shown: readonly Shown[]
  /** Bodies and headers of all answers. */
  readonly received: readonly string[]
  call(tool: string, args?: Readonly<Record<string, unknown>>): Promise<Outcome>
  tools(): Promise<readonly string[]>
  close(): Promise<void>
}

interface CallerOptions {
  readonly era?: Era
  /** The server whose tools are called, at the address of all: it answers whoever connected to what. */
  readonly server?: string
  /** What the person does with an address that they are shown; without it the client can show none. */
  readonly person?: (shown: Shown) => Promise<'accept' | 'decline'>
}

/** Connects an official client to an address of the gateway, with a token. */
export async function caller(
  url: string,
  token: string,
  { era = 'modern', server, person }: CallerOptions = {},
): Promise<Caller> {
  const shown: Shown[] = []
  const received: string[] = []
  const client = new Client(
    { name: 'a caller', version: '1' },
    {
      capabilities: person === undefined ? {} : { elicitation: { url: {} } },
      versionNegotiation: { mode: MODES[era] },
    },
  )
  if (person !== undefined)
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      const asked = params as unknown as Shown
      shown.push(asked)
      return { action: await person(asked) }
    })
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
    fetch: (to, init) => noting(received, fetch(to, init)),
  })
  await client.connect(transport)
  const prefix = server === undefined ? '' : `${server}__`
  return {
    shown,
    received,
    tools: async () =>
      (await client.listTools(undefined, { cacheMode: 'refresh' })).tools.map(({ name }) => name),
    async call(name, args = {}) {
      try {
        const result = await client.callTool({ name: prefix + name, arguments: { ...args } })
        const texts = (result.content ?? []).flatMap((part) =>
          part.type === 'text' ? [part.text] : [],
        )
        return { isError: result.isError === true, text: texts.join('\n') }
      } catch (error) {
        const { data } = error as { readonly data?: unknown }
        return { isError: true, text: `${error} ${data === undefined ? '' : JSON.stringify(data)}` }
      }
    },
    close: () => client.close(),
  }
}

/** Keeps what comes while it is read. */
async function noting(received: string[], asked: Promise<Response>): Promise<Response> {
  const response = await asked
  const place = received.push([...response.headers].join('\n')) - 1
  if (response.body === null) return response
  const decoder = new TextDecoder()
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        received[place] += decoder.decode(chunk, { stream: true })
        controller.enqueue(chunk)
      },
    }),
  )
  return new Response(body, response)
}
