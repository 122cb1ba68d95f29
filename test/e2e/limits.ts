import { expect } from 'vitest'
import { type Action, callTool, type Step } from './actions.ts'
import type { ClientKind } from './peer.ts'
import { SERVERS, type ServerName } from './servers.ts'

/** The ways from a client to a server. */
export const ROUTES = ['direct', '/mcp/{server}', '/mcp', 'connect {server}', 'connect'] as const

export type Route = (typeof ROUTES)[number]

/** One cell of the matrix. */
export interface Cell {
  readonly route: Route
  readonly server: ServerName
  readonly client: ClientKind
}

/** What the protocol does not let a cell do, why, and what happens instead. */
export interface Limit {
  readonly why: string
  readonly instead: Step
}

const isLegacyOnly = ({ server }: Cell): boolean => !speaks(server, 'modern')
const isModernOnly = ({ server }: Cell): boolean => !speaks(server, 'legacy')
const isModernClient = ({ client }: Cell): boolean => client === 'v2 modern' || client === 'v2 auto'
const isDirect = ({ route }: Cell): boolean => route === 'direct'

/** Why a client cannot even connect, with the error that it gets; undefined where it can. */
export function connectionLimit(cell: Cell): { why: string; error: RegExp } | undefined {
  if (isDirect(cell) && cell.client === 'v2 modern' && isLegacyOnly(cell))
    return { why: 'the server does not speak 2026-07-28', error: /2026-07-28|modern|negotiat/i }
  if (isDirect(cell) && !isModernClient(cell) && isModernOnly(cell))
    return { why: 'the server speaks 2026-07-28 alone', error: /version|-32022/i }
  return undefined
}

/** What a cell cannot do, although client and server each can. */
export function limitOf(cell: Cell, action: Action): Limit | undefined {
  if (isDirect(cell) || !isModernClient(cell) || !isLegacyOnly(cell)) return undefined
  if (action === 'see logs' && cell.server.startsWith('everything'))
    return {
      why: 'the server logs outside of calls, where a modern client has no stream',
      instead: async (stage) => {
        await callTool(stage, 'toggle-simulated-logging')
        await callTool(stage, 'toggle-simulated-logging')
      },
    }
  // Over stdio and HTTP+SSE a question has no place of its own: it counts for the call that runs.
  if (action === 'give roots' && cell.server === 'everything-http')
    return {
      why: 'the server asks outside of the call, where a modern client cannot be asked',
      instead: async (stage) => {
        expect(await callTool(stage, 'get-roots-list')).toContain('no roots')
      },
    }
  if (action === 'give roots' && cell.server === 'filesystem')
    return {
      why: 'the server asks outside of calls, where a modern client cannot be asked',
      instead: async (stage) => {
        expect(await callTool(stage, 'list_allowed_directories')).toContain(stage.folder)
      },
    }
  return undefined
}

function speaks(server: ServerName, era: 'modern' | 'legacy'): boolean {
  const eras: readonly string[] = SERVERS[server].eras
  return eras.includes(era)
}
