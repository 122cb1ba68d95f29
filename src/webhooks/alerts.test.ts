import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { type DeniedCall, denialCounter } from './denials.ts'
import { testReceiver } from './testing/receiver.ts'
import { endpoint, SECRET, world } from './testing/world.ts'

const POLL = { timeout: 15_000, interval: 20 }
const RULE = { count: 3, within: 1_000, quiet: 10_000 }
const CALL: DeniedCall = { subject: 'user:ada', client: 'claude', server: 'bank', target: 'pay' }

describe('a burst of denials', () => {
  test('is an alert once, until it has been quiet for a while', () => {
    const denied = denialCounter(RULE)
    const at = [0, 1, 2, 3, 4, 5_000, 5_001, 5_002, 20_000, 20_001, 20_002]
    expect(at.filter((time) => denied(CALL, time) !== undefined)).toEqual([2, 20_002])
  })

  test('is of one subject, in a short time', () => {
    const denied = denialCounter(RULE)
    const alerts = [0, 600, 1_200, 1_800, 2_400].map((time) => denied(CALL, time))
    expect(alerts).toEqual(alerts.map(() => undefined))
    const many = Array.from({ length: 100 }, (_, index) =>
      denied({ ...CALL, subject: `user:${index}` }, 3_000),
    )
    expect(many).toEqual(many.map(() => undefined))
  })

  test('is counted in bounded memory, which empties again', () => {
    const denied = denialCounter(RULE)
    for (let index = 0; index < 30_000; index += 1) denied({ ...CALL, subject: `user:${index}` }, 0)
    const burst = (subject: string, time: number) =>
      [0, 1, 2].map((more) => denied({ ...CALL, subject }, time + more)).at(-1)
    expect(burst('user:new', 10)).toBeUndefined()
    expect(burst('user:new', 5_000)).toMatchObject({ notice: 'alert.denials' })
  })
})

test('alerts arrive signed; other events are nobody’s business', async () => {
  const receiver = await testReceiver()
  const { open } = await world('sqlite')
  const events = ['alert.refresh_reused', 'alert.denials'] as const
  const webhooks = open({ endpoints: [endpoint(receiver.url, { events })], denials: RULE })
  const witnessed = { outcome: 'refused', subject: 'user:ada', client: 'claude' } as const
  webhooks.witnessed({ event: 'login.failed', ...witnessed })
  webhooks.witnessed({ event: 'code.replayed', ...witnessed })
  webhooks.witnessed({ event: 'refresh.reused', ...witnessed, target: 'grant_1' })
  for (let index = 0; index < 5; index += 1) webhooks.denied(CALL)
  webhooks.alert({ notice: 'alert.verification_failed' })
  await expect.poll(() => receiver.received.length, POLL).toBe(2)
  await webhooks.close()
  const told = receiver.received.map(
    ({ body, headers }) =>
      new Webhook(SECRET).verify(body, headers as Record<string, string>) as { type: string },
  )
  expect(told.toSorted((one, other) => (one.type < other.type ? -1 : 1))).toEqual([
    {
      type: 'alert.denials',
      timestamp: expect.any(String),
      data: {
        subject: 'user:ada',
        client: 'claude',
        target: 'pay',
        detail: { denied: 3, seconds: 1, server: 'bank' },
        url: 'https://gateway.example/console/',
      },
    },
    {
      type: 'alert.refresh_reused',
      timestamp: expect.any(String),
      data: {
        subject: 'user:ada',
        client: 'claude',
        target: 'grant_1',
        url: 'https://gateway.example/console/',
      },
    },
  ])
  expect(receiver.received).toHaveLength(2)
})
