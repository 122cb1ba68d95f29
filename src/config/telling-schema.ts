import { z } from 'zod'
import { NOTICES } from '../kernel/notice.ts'
import { address, count, duration, textOrSecret } from './fields.ts'

const include = z
  .enum(['summary', 'arguments'])
  .default('summary')
  .describe(
    'What is told of a request for approval: `summary` nothing that the call carries; `arguments` also that, whole.',
  )

const webhook = z
  .strictObject({
    url: textOrSecret().describe(
      'Where messages go: `https`, or `http` on this machine. One that holds a secret is a reference.',
    ),
    secrets: z
      .array(textOrSecret())
      .min(1)
      .max(4)
      .describe(
        'Secret references to keys that sign, each `whsec_` and base64 of 24 to 64 random bytes. While keys rotate, the new one and the old one.',
      ),
    events: z
      .array(z.enum(NOTICES))
      .min(1)
      .default([...NOTICES])
      .describe('What is told.'),
    include,
  })
  .describe('A receiver of signed messages (Standard Webhooks).')

/** Receivers of webhooks, by name. */
export const webhooks = z
  .record(
    z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, {
      error: 'a name is 1 to 32 of `a-z`, `0-9` and `-`, and does not begin with `-`',
    }),
    webhook,
  )
  .default({})
  .describe('Who is told of requests for approval and of alerts, by name.')

/** A chat in which people are asked. */
export const chat = z
  .strictObject({
    url: textOrSecret()
      .optional()
      .describe('Address of an incoming webhook, as a secret reference: who knows it can post.'),
    botToken: textOrSecret()
      .optional()
      .describe(
        'Instead of `url`: the token of a bot, as a secret reference. Messages are updated.',
      ),
    channel: z
      .string()
      .regex(/^[A-Za-z0-9#_.-]{1,80}$/, { error: 'expected the id of a channel' })
      .optional()
      .describe('Beside `botToken`: the channel to post to.'),
    api: address()
      .default('https://slack.com/api')
      .describe('Beside `botToken`: where the methods of the chat are.'),
    signingSecret: textOrSecret()
      .optional()
      .describe(
        'What the chat signs callbacks with, as a secret reference. Without it, messages hold a link alone.',
      ),
    users: z
      .record(
        z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'expected the id of a chat user' }),
        z.string().min(1).max(512),
      )
      .default({})
      .describe('Who people are: the id of a chat user to the id of a user here.'),
    workspace: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'expected the id of a workspace' })
      .optional()
      .describe('The workspace that these users are of; others are refused.'),
    include,
    answerHosts: z
      .array(
        z.string().regex(/^[a-z0-9.-]{1,253}(:\d{1,5})?$/, {
          error: 'expected a host such as `hooks.slack.com`, with a port if it matters',
        }),
      )
      .max(10)
      .default(['hooks.slack.com'])
      .describe('Hosts to which the outcome of an answer may be sent.'),
  })
  .optional()
  .describe('A chat that speaks like Slack, in which people are asked and answer.')

/** How people are asked. */
export const approvals = z
  .strictObject({
    patience: duration('1m', '7d')
      .prefault('1h')
      .describe('How long a request for approval waits for people. Nobody’s answer is a denial.'),
    hold: duration('0s', '10m')
      .prefault('45s')
      .describe('How long a call is held while people think. Many clients give up after a minute.'),
    flood: z
      .strictObject({
        pending: count(1_000).default(10).describe('Requests that wait at the same time.'),
        requests: count(1_000).default(30).describe('New requests within `window`.'),
        declines: count(1_000)
          .default(3)
          .describe('Times that one tool is declined within `window`; then it is not asked about.'),
        window: duration('1m', '1d').prefault('10m').describe('The time in which they count.'),
      })
      .prefault({})
      .describe('How much one person’s client may ask of people, at most.'),
    retention: z
      .strictObject({
        calls: duration('1h', '365d')
          .prefault('30d')
          .describe('How long what a call carries is kept with its request.'),
        requests: duration('1d', '3650d')
          .prefault('90d')
          .describe('How long requests and their answers are kept. Records are not removed.'),
      })
      .prefault({})
      .describe('How long requests for approval are kept once they are over.'),
  })
  .prefault({})
  .describe('How people are asked about calls that policies deny unless somebody approves.')
