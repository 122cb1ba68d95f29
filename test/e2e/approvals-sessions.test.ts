import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { approvalScene } from './approvals-scene.ts'

// Answers to questions, posted by whoever may post: sessions of the same person, and ids that are guessed.

const scene = approvalScene('45s')

const APPROVED = { action: 'accept', content: { decision: 'approve' } }

/** Posts one message to the endpoint, in a session if one is named. */
function post(message: object, session?: string): Promise<Response> {
  const named =
    session === undefined ? {} : { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }
  return fetch(`${scene().gateway.issuer}/mcp/target`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${scene().token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...named,
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  })
}

async function openSession(): Promise<string> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: { form: {} } },
    clientInfo: { name: 'raw', version: '1' },
  }
  const response = await post({ id: 1, method: 'initialize', params })
  await response.text()
  return response.headers.get('mcp-session-id') ?? ''
}

/** A call that asks, as its stream says it. */
async function asking(session: string, path: string) {
  const params = { name: 'ask_me', arguments: { path } }
  const response = await post({ id: 7, method: 'tools/call', params }, session)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const until = async (word: string): Promise<string> => {
    while (!text.includes(word)) {
      const { value, done } = (await reader?.read()) ?? { value: '', done: true }
      if (done) throw new Error(`the stream ended: ${text}`)
      text += value
    }
    return text
  }
  const question = /"id":(\d+),"method":"elicitation\/create"/.exec(
    await until('elicitation/create'),
  )
  return { id: Number(question?.[1]), until }
}

test('nobody answers the question of another session, or of another call', async () => {
  const [mine, other] = [await openSession(), await openSession()]
  const path = `/${randomUUID()}`
  const first = await asking(mine, path)
  const reached = (): unknown[] => scene().upstream.all.filter(({ text }) => text.includes(path))

  // Another session of the same person, and other ids: taken, and of no effect.
  for (const id of [first.id, first.id + 1, `${first.id}`])
    expect((await post({ id, result: APPROVED }, other)).status).toBe(202)
  for (const id of [first.id + 1, `${first.id}`])
    expect((await post({ id, result: APPROVED }, mine)).status).toBe(202)
  expect(reached()).toEqual([])

  const rest = post({ id: first.id, result: APPROVED }, mine)
  expect((await rest).status).toBe(202)
  await first.until('called')
  expect(reached()).toHaveLength(1)

  // The answer once more, when the same call asks again: its question is another.
  const second = await asking(mine, path)
  await post({ id: first.id, result: APPROVED }, mine)
  expect(reached()).toHaveLength(1)
  await post({ id: second.id, result: { action: 'decline' } }, mine)
  await second.until('Not approved')
  expect(reached()).toHaveLength(1)
})
