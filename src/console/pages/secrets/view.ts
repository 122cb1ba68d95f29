import type { Output } from '../../api/call.ts'

/** A secret, as the gateway shows it: never with its value. */
export type Secret = Output<'secrets.list'>['items'][number]
