import { describe, expect, test } from 'vitest'
import type { CredentialAbout } from '../../kernel/credential.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Notification, Response } from '../../mcp/message.ts'
import { META, type Revision } from '../../mcp/revision.ts'
import type { Outbound } from '../../mcp/upstream/link.ts'
import { watched } from '../testing/credentials.ts'
import { ask, type FakeServer, tell, world } from '../testing/world.ts'

const LEGACY = '2025-11-25'
const MODERN = '2026-07-28'
const SECRET = 'hunter2-hunter2'
const ABOUT: CredentialAbout = { owner: 'user:ann', server: 'files' }
const ERAS = [LEGACY, MODERN] as const
const PAIRS = ERAS.flatMap((client) => ERAS.map((server) => [client, server] as const))
const CAPABILITIES = { elicitation: {}, sampling: {}, roots: {} }

const TOOL = { name: 'read_a', description: `Uses ${SECRET}`, inputSchema: { type: 'object' } }
const LISTS: Readonly<Record<string, JsonObject>> = {
  'tools/list': { tools: [TOOL] },
  'prompts/list': { prompts: [{ name: 'p', description: SECRET }] },
  'resources/list': { resources: [{ uri: 'a://b', name: SECRET }] },
  'resources/templates/list': { resourceTemplates: [{ uriTemplate: 'a://{x}', name: SECRET }] },
}

type Logic = (outbound: Outbound) => JsonObject | Response | Promise<JsonObject | Response>

function place(revision: Revision, logic: Logic, about = { [SECRET]: ABOUT }) {
  const frame = revision === MODERN ? { resultType: 'complete' } : {}
  const files: FakeServer = {
    revision,
    capabilities: { tools: {}, logging: {}, note: SECRET },
    async logic(outbound) {
      const list = LISTS[outbound.request.method]
      if (list) return { ...frame, ...list }
      const answer = await logic(outbound)
      return answer['kind'] === undefined ? { ...frame, ...answer } : answer
    },
  }
  const credentials = watched(about)
  const made = world({ servers: { files }, credentials })
  return { ...made, credentials }
}

const who = { capabilities: CAPABILITIES }
const call = (args: JsonObject = {}): JsonObject => ({
  name: 'read_a',
  arguments: args,
  _meta: { progressToken: 1, [META.logLevel]: 'debug' },
})
const ok: JsonObject = { content: [{ type: 'text', text: 'fine' }] }

/** Everything that was said on the way back, and what is on record. */
function everything(...said: unknown[]): string {
  return JSON.stringify(said)
}

const ANSWERS: Readonly<Record<string, Logic>> = {
  'a text': () => ({ content: [{ type: 'text', text: `token=${SECRET};` }] }),
  'structured content': () => ({ content: [], structuredContent: { a: [{ b: SECRET }] } }),
  'the name of a member': () => ({ content: [], structuredContent: { [SECRET]: 1 } }),
  'an embedded file': () => ({
    content: [
      {
        type: 'resource',
        resource: { uri: 'a://b', blob: Buffer.from(SECRET).toString('base64') },
      },
    ],
  }),
  metadata: () => ({ content: [], _meta: { note: SECRET } }),
  'an error': ({ request: { id } }) => ({
    kind: 'error',
    id,
    error: { code: -32000, message: `bad ${SECRET}`, data: { header: SECRET } },
  }),
  'the text of a result that is relayed as it is': ({ request: { id } }) => {
    const result = { resultType: 'complete', content: [{ type: 'text', text: SECRET }] }
    return { kind: 'result', id, result, resultText: JSON.stringify(result) } as never
  },
  'the text of a result, in other spelling': ({ request: { id } }) => {
    const result = { resultType: 'complete', content: [{ type: 'text', text: SECRET }] }
    const resultText = JSON.stringify(result).replace('hunter2', '\\u0068unter2')
    return { kind: 'result', id, result, resultText } as never
  },
  'a log message': ({ onNotification }) => {
    onNotification(notification('notifications/message', { level: 'error', data: [SECRET] }))
    return ok
  },
  progress: ({ onNotification }) => {
    const params = { progressToken: 1, progress: 1, message: SECRET }
    onNotification(notification('notifications/progress', params))
    return ok
  },
}

function notification(method: string, params: JsonObject): Notification {
  return { kind: 'notification', method, params }
}

describe.each(PAIRS)(
  'a client of %s at a server of %s is not told a credential',
  (client, server) => {
    test.each(Object.keys(ANSWERS))('in %s', async (kind) => {
      const made = place(server, ANSWERS[kind] ?? (() => ok))
      const asked = ask(client, 'files', 'tools/call', call(), { who })
      const response = await made.gateway.handle(asked)
      await new Promise(setImmediate)
      const said = everything(response, asked.notified, made.records, made.logged)
      expect(said).not.toContain(SECRET)
      expect(said).not.toContain(Buffer.from(SECRET).toString('base64'))
      expect(everything(response, asked.notified)).toContain('[credential removed]')
      const where = { place: 'result', server: 'files', target: 'read_a' }
      expect(made.credentials.told).toContainEqual([ABOUT, where])
    })

    test.each(Object.keys(LISTS))('in a list: %s', async (method) => {
      const made = place(server, () => ok)
      for (const endpoint of ['files', 'all']) {
        const said = everything(
          await made.gateway.handle(ask(client, endpoint, method, {}, { who })),
        )
        expect(said).not.toContain(SECRET)
        expect(said).toContain('[credential removed]')
      }
    })

    test('in what the server says of itself', async () => {
      const made = place(server, ({ request: { method } }) =>
        method === 'server/discover'
          ? { capabilities: { note: SECRET }, instructions: SECRET }
          : ok,
      )
      const method = client === MODERN ? 'server/discover' : 'initialize'
      const params = client === MODERN ? {} : { protocolVersion: client, capabilities: {} }
      const said = everything(
        await made.gateway.handle(ask(client, 'files', method, params, { who })),
      )
      expect(said).not.toContain(SECRET)
      expect(said).toContain('[credential removed]')
    })
  },
)

const QUESTION = { message: `Type ${SECRET}`, requestedSchema: { type: 'object', properties: {} } }

describe('a question of a server', () => {
  test.each(ERAS)('reaches a client of %s without a credential', async (client) => {
    const asks: Logic = async ({ onRequest }) => {
      await onRequest({ kind: 'request', id: 7, method: 'elicitation/create', params: QUESTION })
      return ok
    }
    const made = place(LEGACY, asks)
    const questions: unknown[] = []
    const asked = ask(client, 'files', 'tools/call', call(), {
      who,
      async ask(_, params) {
        questions.push(params)
        return { kind: 'result', id: 0, result: { action: 'decline' } }
      },
    })
    const said = everything(await made.gateway.handle(asked), questions)
    expect(said).not.toContain(SECRET)
    expect(said).toContain('Type [credential removed]')
  })

  test('is not answered with a credential', async () => {
    const answers: unknown[] = []
    const made = place(LEGACY, async ({ onRequest }) => {
      const params = { ...QUESTION, message: 'Which?' }
      answers.push(
        await onRequest({ kind: 'request', id: 7, method: 'elicitation/create', params }),
      )
      return ok
    })
    const result = { action: 'accept', content: { x: SECRET } }
    const asked = ask(LEGACY, 'files', 'tools/call', call(), {
      who,
      ask: async () => ({ kind: 'result', id: 0, result }),
    })
    await made.gateway.handle(asked)
    expect(answers).toMatchObject([{ kind: 'error', id: 7 }])
    expect(everything(answers)).not.toContain(SECRET)
  })
})

test('what a server says on a session, outside of calls, holds none', async () => {
  const made = place(LEGACY, () => ok)
  const asked = ask(LEGACY, 'files', 'tools/call', call(), { who })
  await made.gateway.handle(asked)
  for (const opened of made.opened)
    tell(opened, 'notifications/message', { level: 'error', data: SECRET })
  await new Promise(setImmediate)
  const { sent } = asked.conversation as unknown as { sent: Notification[] }
  expect(everything(sent)).toContain('[credential removed]')
  expect(everything(sent)).not.toContain(SECRET)
})

describe('what a client sends', () => {
  test.each(PAIRS)('from %s to %s is refused before it is decided on', async (client, server) => {
    const made = place(server, () => ok)
    const asked = ask(client, 'files', 'tools/call', call({ a: [{ b: `x ${SECRET}` }] }), { who })
    const response = await made.gateway.handle(asked)
    await new Promise(setImmediate)
    expect(everything(response)).toContain('content_blocked')
    expect(everything(response)).toContain('a credential of this gateway')
    expect(made.requests).toEqual([])
    expect(made.reached().map(({ request }) => request.method)).not.toContain('tools/call')
    expect(everything(made.records, made.logged)).not.toContain(SECRET)
    expect(made.records).toMatchObject([
      { kind: 'outcome', outcome: 'denied', error: 'content_blocked', target: 'read_a' },
    ])
    const where = { place: 'argument', server: 'files', target: 'read_a' }
    expect(made.credentials.told).toEqual([[ABOUT, where]])
  })

  test('is refused in what is read, and named without it', async () => {
    const made = place(LEGACY, () => ok)
    const asked = ask(LEGACY, 'files', 'resources/read', { uri: `a://${SECRET}` }, { who })
    expect(await made.gateway.handle(asked)).toMatchObject({ kind: 'error' })
    expect(made.records).toMatchObject([{ target: 'a://[credential removed]' }])
    expect(made.credentials.told).toMatchObject([[ABOUT, { target: 'a://[credential removed]' }]])
  })

  test.each(ERAS)('is refused where nobody decides, too: %s', async (client) => {
    const made = place(client, () => ok)
    const asked = ask(client, 'files', 'tools/list', { cursor: SECRET }, { who })
    expect(everything(await made.gateway.handle(asked))).toContain('content_blocked')
    expect(everything(made.reached())).not.toContain(SECRET)
  })

  test('is not told to a server as a notification', async () => {
    const made = place(LEGACY, () => ok)
    const asked = ask(LEGACY, 'files', 'tools/call', call(), { who })
    await made.gateway.handle(asked)
    const told: Notification[] = []
    for (const { link } of made.opened)
      link.notify = async (one) => {
        told.push(one)
      }
    const method = 'notifications/progress'
    const params = { progressToken: 1, progress: 1, message: SECRET }
    made.gateway.notified(asked.conversation, notification(method, params))
    made.gateway.notified(asked.conversation, notification(method, { ...params, message: 'x' }))
    await new Promise(setImmediate)
    expect(told).toMatchObject([{ params: { message: 'x' } }])
  })
})

test.each(ERAS)('a failure on the way to a server of %s says none', async (server) => {
  const data = { challenge: `Bearer error_description="${SECRET}"` }
  const made = place(server, () => {
    throw new GatewayError('upstream_failed', `it said ${SECRET}`, { data, detail: SECRET })
  })
  const response = await made.gateway.handle(ask(server, 'files', 'tools/call', call(), { who }))
  expect(everything(response, made.records, made.logged)).not.toContain(SECRET)
  expect(everything(response)).toContain('it said [credential removed]')

  const down = (): GatewayError => new GatewayError('upstream_unreachable', `no: ${SECRET}`)
  const files: FakeServer = { revision: server, logic: () => ok, down }
  const closed = world({ servers: { files }, credentials: watched({ [SECRET]: ABOUT }) })
  const said = await closed.gateway.handle(ask(server, 'files', 'tools/call', call(), { who }))
  expect(everything(said)).toContain('no: [credential removed]')
})

test('what cannot be taken out does not pass', async () => {
  // Stands in no text by itself, only in the whole.
  const whole = '{"user":"a","pass":"b"}'
  const made = place(
    LEGACY,
    ({ request: { id } }) => {
      const result = { content: [], structuredContent: { user: 'a', pass: 'b' } }
      return { kind: 'result', id, result, resultText: JSON.stringify(result) } as never
    },
    { [whole]: ABOUT } as never,
  )
  const response = await made.gateway.handle(ask(LEGACY, 'files', 'tools/call', call(), { who }))
  expect(everything(response)).toContain('content_blocked')
  expect(made.credentials.told).toHaveLength(1)
})

test('a long number is a credential as well; all other numbers keep their spelling', async () => {
  const made = place(
    LEGACY,
    ({ request: { id } }) => {
      const resultText = '{"content":[],"structuredContent":{"pin":123456789012345678901,"n":1.50}}'
      return { kind: 'result', id, result: JSON.parse(resultText), resultText } as never
    },
    { '123456789012345678901': ABOUT } as never,
  )
  const response = await made.gateway.handle(ask(LEGACY, 'files', 'tools/call', call(), { who }))
  expect(JSON.stringify(response)).toContain('"pin":"[credential removed]","n":1.5')
})

test('the same exposure is told once a minute, another at once', async () => {
  const made = place(LEGACY, ({ onNotification }) => {
    for (let count = 0; count < 50; count += 1)
      onNotification(notification('notifications/message', { level: 'error', data: SECRET }))
    return ok
  })
  const asked = ask(LEGACY, 'files', 'tools/call', call(), { who })
  await made.gateway.handle(asked)
  const places = made.credentials.told.map(([, { place: where, target }]) => `${where} ${target}`)
  expect(new Set(places).size).toBe(places.length)
  expect(places).toContain('result read_a')
})

test('what holds none passes as it is', async () => {
  const result = { content: [{ type: 'text', text: 'fine \\ "quoted"' }] }
  const made = place(
    LEGACY,
    ({ request: { id } }) =>
      ({ kind: 'result', id, result, resultText: JSON.stringify(result) }) as never,
  )
  const response = await made.gateway.handle(ask(LEGACY, 'files', 'tools/call', call(), { who }))
  expect(response).toMatchObject({ resultText: JSON.stringify(result) })
  if (response.kind === 'result') expect(response.result).toBe(result)
})
