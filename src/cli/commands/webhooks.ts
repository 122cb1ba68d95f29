import { formatText } from '../../config/secret.ts'
import { toGatewayError } from '../../kernel/errors.ts'
import { ping } from '../../webhooks/webhooks.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import { readTelling } from '../control/telling.ts'
import type { Exit } from '../exit-codes.ts'
import { load } from '../load.ts'
import { randomIds } from '../random-id.ts'
import { show, table } from '../terminal.ts'

/** `bailiwick webhooks ls`: who is told what. */
export async function webhooksList(context: Context): Promise<Exit> {
  const { config } = load(context)
  const webhooks = Object.entries(config.webhooks).map(
    ([name, { url, events, include, secrets }]) => ({
      name,
      url: formatText(url),
      events,
      include,
      secrets: secrets.length,
    }),
  )
  await show(context, { webhooks }, () =>
    table(
      ['NAME', 'URL', 'INCLUDES', 'EVENTS'],
      webhooks.map(({ name, url, include, events }) => [name, url, include, events.join(', ')]),
    ),
  )
  return 'ok'
}

/** `bailiwick webhooks test NAME`: whether a receiver can be reached, and takes our signature. */
export async function webhooksTest(context: Context, name: string): Promise<Exit> {
  const { config } = load(context)
  if (!Object.hasOwn(config.webhooks, name))
    throw new CommandError(`there is no \`webhooks.${name}\` in the configuration`, {
      exit: 'usage',
      fix: '`bailiwick webhooks ls` lists them',
    })
  const { endpoints, post } = readTelling(config, context.env)
  const endpoint = endpoints.find((one) => one.name === name)
  if (endpoint === undefined) throw new Error('a receiver is missing')
  const answer = await ping(endpoint, { post, clock: Date.now, randomId: randomIds() }).catch(
    (thrown: unknown) => ({ kind: 'later' as const, why: whyOf(thrown), status: undefined }),
  )
  const ok = answer.kind === 'sent'
  const status = 'status' in answer ? (answer.status ?? null) : null
  const why = 'why' in answer ? answer.why : null
  await show(context, { webhook: name, ok, status, why }, () => [
    ok ? `\`${name}\` took it, with status ${status}` : `\`${name}\` did not take it: ${why}`,
  ])
  return ok ? 'ok' : 'findings'
}

function whyOf(thrown: unknown): string {
  if (thrown instanceof RangeError) return thrown.message
  const { message, detail } = toGatewayError(thrown)
  return detail === undefined ? message : `${message}: ${detail}`
}
