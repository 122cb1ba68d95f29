import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Child, startNode, waitFor } from '../support/child.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { CLIENTS, connect, type Listener } from './client.ts'
import { PASSAGES, type What } from './passages.ts'

// A passage in every kind of message, in both directions, in both eras on each side, over both transports:
// what is secret is taken out, what is about a person does not pass, and everything else does.

const PROGRAM = resolve('test/screening/saying-server.ts')
const SERVERS = ['stdio-legacy', 'stdio-modern', 'http-legacy', 'http-modern'] as const
const SCREENS = `
screens:
  everything: { secret: redact, personal: { action: block, alert: true } }
`

let folder: string
let http: Child
let gateway: RunningGateway
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'screening-'))
  writeFileSync(join(folder, 'all.cedar'), '@id("all") permit (principal, action, resource);')
  writeFileSync(join(folder, 'screens.yaml'), SCREENS)
  const heard = ['--heard', heardFile()]
  http = startNode([PROGRAM, ...heard])
  const url = await waitFor(http, () => /http:\S+/.exec(http.output())?.[0])
  const servers = Object.fromEntries(
    SERVERS.map((name) => {
      const [transport, era] = name.split('-')
      const revision = era === 'modern' ? '2026-07-28' : 'legacy'
      const stdio = { command: process.execPath, args: [PROGRAM, '--stdio', ...heard] }
      return [name, { transport, revision, ...(transport === 'http' ? { url } : stdio) }]
    }),
  )
  gateway = await startGateway(servers as never, { policies: [join(folder, '/')] })
})
afterAll(async () => {
  await gateway?.stop()
  await http?.stop()
  rmSync(folder, { recursive: true, force: true })
})

function heardFile(): string {
  return join(folder, 'heard.jsonl')
}

/** What the servers got since it was asked last. */
function heard(): string {
  const text = readFileSync(heardFile(), 'utf8')
  writeFileSync(heardFile(), '')
  return text
}

type Say = (client: Listener, what: What) => Promise<unknown>

/** Messages of servers, by kind. */
const INBOUND: Readonly<Record<string, Say>> = {
  'a text': (client, what) => client.call('say', { where: 'text', what }),
  'structured content': (client, what) => client.call('structured', { where: '', what }),
  'an embedded file': (client, what) => client.call('say', { where: 'file', what }),
  'a failure of a tool': (client, what) => client.call('say', { where: 'failure', what }),
  'a log message': (client, what) => client.call('say', { where: 'log', what }),
  progress: (client, what) => client.call('say', { where: 'progress', what }),
  'a prompt': (client, what) => client.prompt(what),
  'a resource': (client, what) => client.read(`say://${what}`),
  'an error': (client, what) => client.read(`fail://${what}`),
  'a completion': (client, what) => client.complete(what),
  elicitation: (client, what) => client.call('ask', { where: 'elicitation', what }),
  sampling: (client, what) => client.call('ask', { where: 'sampling', what }),
}

/** Messages of clients, by kind. */
const OUTBOUND: Readonly<Record<string, Say>> = {
  arguments: (client, what) => client.call('say', { where: 'text', what: PASSAGES[what] }),
  'an answer of a person': (client, what) => {
    client.answer = PASSAGES[what]
    return client.call('ask', { where: 'elicitation', what: 'plain' })
  },
  'an answer of a model': (client, what) => {
    client.answer = PASSAGES[what]
    return client.call('ask', { where: 'sampling', what: 'plain' })
  },
}

/** In text, and in base64 of text wherever that begins. */
function holds(wire: string, passage: string): boolean {
  const blobs = [...wire.matchAll(/"blob":"([^"]*)"/g)].map(([, blob = '']) =>
    Buffer.from(blob, 'base64').toString(),
  )
  return [wire, ...blobs].some((text) => text.includes(passage))
}

/** Over HTTP a legacy server of this SDK asks outside of its request: of modern clients, nobody takes that. */
function isRefused(server: string, kind: string, message: string): boolean {
  const asks = /elicitation|sampling|an answer/.test(message)
  return asks && server === 'http-legacy' && kind === 'v2 modern'
}

describe.for(SERVERS)('server %s', (server) => {
  describe.for(CLIENTS)('client %s', (kind) => {
    let client: Listener
    const messages = (all: Readonly<Record<string, Say>>) =>
      Object.entries(all).filter(([message]) => !isRefused(server, kind, message))
    beforeAll(async () => {
      writeFileSync(heardFile(), '')
      const path = `/mcp/${server}`
      client = await connect(kind, gateway.origin + path, gateway.token(path))
    })
    afterAll(async () => client?.close())

    test.for(messages(INBOUND))('from the server: %s', async ([, say]) => {
      client.answer = 'fine'
      for (const what of ['plain', 'secret', 'person'] as const) {
        client.wire()
        await say(client, what).catch(() => undefined)
        const wire = client.wire()
        expect(holds(wire, PASSAGES[what]), `${what}: ${wire}`).toBe(what === 'plain')
        expect(holds(wire, '[secret:aws-access-token:'), wire).toBe(what === 'secret')
      }
    })

    test('structured content is still what its tool declares, and so is its text', async () => {
      // The clients hold it against the schema as well, and throw.
      const result = await client.call('structured', { where: '', what: 'secret' })
      const { structuredContent, content } = result as {
        readonly structuredContent: object
        readonly content: readonly [{ readonly text: string }]
      }
      expect(structuredContent).toEqual({
        note: expect.stringMatching(/^it is \[secret:aws-access-token:\S+\] there$/),
        size: 1.5,
      })
      expect(JSON.parse(content[0].text)).toEqual(structuredContent)
    })

    test.for(messages(OUTBOUND))('from the client: %s', async ([, say]) => {
      for (const what of ['plain', 'secret', 'person'] as const) {
        heard()
        await say(client, what).catch(() => undefined)
        const got = heard()
        expect(got.includes(PASSAGES[what]), `${what}: ${got}`).toBe(what === 'plain')
        expect(got.includes('[secret:aws-access-token:'), got).toBe(what === 'secret')
      }
    })
  })
})
