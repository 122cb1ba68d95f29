import { isIP } from 'node:net'
import { asList, asMap } from './plain-value.ts'
import { member } from './schema-tree.ts'
import { isReference, isSecretName, isSecretShape, literalSecret } from './secret.ts'

interface Finding {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** What the shape of `webhooks` and `chat` does not show: secrets in clear, addresses that lead nowhere. */
export function checkTelling(config: unknown): readonly Finding[] {
  const webhooks = Object.entries(asMap(member(config, 'webhooks')))
  return [
    ...webhooks.flatMap(([name, one]) => checkWebhook(name, one)),
    ...checkChat(member(config, 'chat')),
  ]
}

function checkWebhook(name: string, webhook: unknown): readonly Finding[] {
  const path = ['webhooks', name]
  const secrets = asList(member(webhook, 'secrets')).flatMap((secret, index) =>
    checkReference([...path, 'secrets', index], secret, `${name}_webhook_secret`),
  )
  return [
    ...secrets,
    ...checkAddress([...path, 'url'], member(webhook, 'url'), `${name}_webhook_url`),
  ]
}

function checkChat(chat: unknown): readonly Finding[] {
  if (chat === undefined) return []
  const path = ['chat']
  const ways = ['url', 'botToken'].filter((key) => member(chat, key) !== undefined)
  const secrets = ['url', 'botToken', 'signingSecret'].flatMap((key) =>
    checkReference([...path, key], member(chat, key), `chat_${key}`),
  )
  const isBot = ways.includes('botToken')
  return [
    ...(ways.length === 1 ? [] : [{ path, message: 'needs one of `url` and `botToken`' }]),
    ...(isBot && member(chat, 'channel') === undefined
      ? [{ path, message: 'beside `botToken` stands a `channel`' }]
      : []),
    ...secrets,
    ...checkAddress([...path, 'api'], member(chat, 'api'), 'chat_api'),
    ...(Object.keys(asMap(member(chat, 'users'))).length > 0 &&
    member(chat, 'signingSecret') === undefined
      ? [{ path: ['chat', 'users'], message: 'nobody can answer without a `signingSecret`' }]
      : []),
  ]
}

function checkReference(
  path: readonly PropertyKey[],
  text: unknown,
  variable: string,
): readonly Finding[] {
  if (typeof text !== 'string' || isReference(text)) return []
  return [{ path, message: literalSecret(variable) }]
}

/** `https` to a host by its name, or `http` to this machine: nothing else is sent to. */
function checkAddress(
  path: readonly PropertyKey[],
  text: unknown,
  variable: string,
): readonly Finding[] {
  if (typeof text !== 'string' || isReference(text)) return []
  const url = URL.parse(text)
  if (url === null || !isReachable(url)) {
    const message = 'expected `https://` and a host name, or `http://localhost` on this machine'
    return [{ path, message }]
  }
  return holdsSecret(url) ? [{ path, message: literalSecret(variable) }] : []
}

function isReachable({ protocol, hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (protocol === 'http:') return host === 'localhost' || host === '127.0.0.1' || host === '::1'
  return protocol === 'https:' && isIP(host) === 0
}

/** A path word that nobody could guess is how many receivers know who may post. */
const UNGUESSABLE = /[A-Za-z0-9]{20,}/

function holdsSecret({ href, username, password, pathname, searchParams }: URL): boolean {
  if (username !== '' || password !== '' || isSecretShape(href)) return true
  if ([...searchParams].some(([name, value]) => isSecretName(name) && value !== '')) return true
  return pathname.split('/').some((word) => UNGUESSABLE.test(word) && /\d/.test(word))
}
