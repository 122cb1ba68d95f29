import type { Output } from '../../api/call.ts'

/** A connection, as the gateway shows it. */
export type Connection = Output<'connections.list'>['items'][number]
/** What a person is shown before they are sent away. */
export type Offer = Output<'me.connectOffer'>['offer']
/** How a server is shown who a request is for. */
export type ServerCredential = Output<'me.connections'>['servers'][number]
