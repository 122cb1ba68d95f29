import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { isObject, type JsonObject } from '../../src/kernel/json.ts'
import { send } from '../identity/attacks/answers.ts'
import type { Asked } from './policies.ts'
import type { Approvals, PersonId, Said } from './scene.ts'

/** How a call was answered. */
export interface Answered {
  readonly status: number
  /** Of the refusal; undefined for what ran. */
  readonly code: unknown
  readonly why: unknown
  /** Of the request for approval. */
  readonly id: string
  readonly digest: string
  /** As records name the call. */
  readonly call: unknown
  readonly result: JsonObject
}

/** What a call has besides its tool and arguments. */
export interface More {
  /** What the client can do. Nothing, unless said. */
  readonly capabilities?: JsonObject
  /** Members of `params`, such as those of a round. */
  readonly params?: JsonObject
  readonly path?: string
}

const PREFIX = 'io.modelcontextprotocol'

/** Calls a tool as a modern client; without one, lists them. `args` is JSON, or its very text. */
export async function call(
  { issuer }: Pick<Approvals, 'issuer'>,
  token: string,
  name: Asked | undefined,
  args: JsonObject | string,
  { capabilities = {}, params = {}, path = '/mcp/target' }: More = {},
): Promise<Answered> {
  const envelope = {
    [`${PREFIX}/protocolVersion`]: '2026-07-28',
    [`${PREFIX}/clientInfo`]: { name: 'attacks', version: '1' },
    [`${PREFIX}/clientCapabilities`]: capabilities,
  }
  const text = typeof args === 'string' ? args : JSON.stringify(args)
  const method = name === undefined ? 'tools/list' : 'tools/call'
  const rest = JSON.stringify({ name, _meta: envelope, ...params }).slice(1)
  const all = name === undefined ? `{${rest}` : `{"arguments":${text},${rest}`
  const response = await send(`${issuer}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(name === undefined ? {} : { 'mcp-name': name }),
      authorization: `Bearer ${token}`,
    },
    body: `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${all}}`,
  })
  return answered(response.status, await response.text())
}

/** Ann, or somebody else, calls, and it waits. */
export async function asksFor(
  scene: Approvals,
  tool: Asked,
  args: JsonObject = { path: randomUUID() },
  who: PersonId = 'ann',
): Promise<Answered> {
  const waits = await call(scene, await scene.token(who), tool, args)
  expect(waits).toMatchObject({ code: 'approval_pending' })
  return waits
}

/** Answers in the console: yes, unless `body` says otherwise. */
export async function answerTo(
  scene: Approvals,
  who: PersonId,
  { id, digest }: Pick<Answered, 'id' | 'digest'>,
  body: object = {},
): Promise<Said> {
  const ballot = { verdict: 'approve', digest, ...body }
  return scene.api(`POST /approvals/${id}/answer`, await scene.console(who), ballot)
}

/** A sealed text with another character in its midst. */
export function bent(sealed: string): string {
  const at = Math.floor(sealed.length / 2)
  return `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`
}

function answered(status: number, text: string): Answered {
  // The answer is the last event of a stream.
  const json = /(?:^|\n)data: (\{.*\})\s*$/.exec(text)?.[1] ?? text
  const body = member(JSON.parse(json))
  const result = member(body['result'])
  const error = member(body['error'])
  const data = member(error['data'] ?? member(result['_meta'])['dev.bailiwick/decision'])
  const { id, digest } = member(data['approval'])
  return {
    ...{ status, result, code: data['code'], why: data['why'], call: data['requestId'] },
    id: typeof id === 'string' ? id : '',
    digest: typeof digest === 'string' ? digest : '',
  }
}

function member(value: unknown): JsonObject {
  return isObject(value as never) ? (value as JsonObject) : {}
}
