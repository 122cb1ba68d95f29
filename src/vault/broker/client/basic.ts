import type { ClientAuth } from 'openid-client'

/**
 * HTTP Basic authentication of a client (RFC 6749 section 2.3.1): id and secret are written as in a form
 * first. What a form leaves as it is stays, unlike in the library: many authorization servers do not
 * read it back, so nothing is written otherwise without need.
 */
export function clientSecretBasic(secret: string): ClientAuth {
  return (_server, client, _body, headers) => {
    const pair = `${asInForm(client.client_id)}:${asInForm(secret)}`
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`)
  }
}

/** The serializer of `application/x-www-form-urlencoded` (URL Standard section 5.2). */
function asInForm(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
