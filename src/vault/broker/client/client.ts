import type { ClientMethod, KnownClient } from '../settings.ts'

/** How the gateway is known to an authorization server. */
export type ClientWay = 'registered' | 'metadata' | 'dynamic'

/** The gateway as one client of one authorization server. */
export interface Client {
  readonly way: ClientWay
  readonly id: string
  readonly method: ClientMethod
  readonly secret?: KnownClient['secret']
  readonly key?: KnownClient['key']
}
