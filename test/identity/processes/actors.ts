import type { JsonObject } from '../../../src/kernel/json.ts'
import { type Changes, post, refresh, said } from '../attacks/flow.ts'
import { bearer, call, type Proof, served } from '../attacks/mcp.ts'
import type { KnownClient } from '../attacks/scene.ts'
import { type Key, newKey } from '../key.ts'
import { PROCESS } from './front.ts'
import type { Pair } from './pair.ts'

/** The two processes, as the front knows them. */
export const BOTH = ['a', 'b'] as const

/** Milliseconds, generously: what one process did, the other knows by then. */
export const PATIENCE = 8_000

/** The header that leads a request to one process. */
export function at(process: (typeof BOTH)[number]): Readonly<Record<string, string>> {
  return { [PROCESS]: process }
}

/** Twenty requests at once, one half to each process. */
export function twenty<T>(
  make: (to: Readonly<Record<string, string>>) => Promise<T>,
): Promise<readonly T[]> {
  return Promise.all(
    Array.from({ length: 20 }, (_, index) => make(at(index % 2 === 0 ? 'a' : 'b'))),
  )
}

/** The status of a call with a token, at one process. */
export async function calling(
  pair: Pair,
  token: string,
  process: (typeof BOTH)[number],
): Promise<number> {
  const response = await call(pair, { ...bearer(token), ...at(process) })
  if (response.status !== 200) return response.status
  const text = await response.text()
  if (text.includes('"called"')) return 200
  throw new Error(`process ${process} answers ${text}`)
}

/** Whether a proof of who sends it gets a call through, at one process. */
export async function callWith(pair: Pair, proof: Proof): Promise<boolean> {
  return served(await call(pair, proof))
}

/** What both processes answer to a refresh token. */
export function refreshing(
  pair: Pair,
  client: KnownClient,
  token: string,
): Promise<readonly string[]> {
  return Promise.all(
    BOTH.map(async (process) => said(await refresh(pair, client, token, {}, at(process)))),
  )
}

/** An agent that proves a key. */
export interface KeyedAgent {
  readonly id: string
  readonly key: Key
  /** Asks for a token; with `assertion`, by that one. */
  ask(headers: Proof, assertion?: Changes): Promise<Response>
}

/** Registers an agent with a key, as an operator does. */
export async function newAgent(pair: Pair, id: string, owner: string): Promise<KeyedAgent> {
  const key = newKey()
  await pair.operator.administration.agents.create({
    ...{ id, name: `the agent ${id}`, owner, purpose: 'tests', scopes: ['read'] },
    keys: [key.public as JsonObject],
  })
  return {
    id,
    key,
    ask: async (headers, assertion) =>
      post(
        pair,
        '/oauth/token',
        {
          grant_type: 'client_credentials',
          resource: `${pair.issuer}/mcp/target`,
          scope: 'read',
          ...(assertion ?? (await key.assertion(id, pair.issuer))),
        },
        headers,
      ),
  }
}

/** The access token of an answer of the token endpoint. */
export async function tokenIn(response: Response): Promise<string> {
  const text = await response.text()
  if (response.status !== 200) throw new Error(`no token: ${text}`)
  return JSON.parse(text).access_token
}
