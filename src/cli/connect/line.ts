import type { GatewayHttp } from '../gateway-http.ts'
import type { Host } from './host.ts'

/** What both eras of the bridge work with. */
export interface Line {
  readonly http: GatewayHttp
  readonly host: Host
  /** `/mcp` or `/mcp/{server}`. */
  readonly path: string
  /** Bytes. */
  readonly maxMessage: number
}

export const POST_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
} as const
