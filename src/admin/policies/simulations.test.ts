import { expect, test } from 'vitest'
import type { SecurityEvent } from '../../kernel/event.ts'
import { SIMULATIONS } from './simulations.ts'

const JOB = { id: 'job-1', by: 'user:dee', started: 0, state: 'running', calls: 0 } as const

/** Starts one, with a record that can be written or not. */
async function start(broken?: Error) {
  const witnessed: SecurityEvent[] = []
  const ended: string[] = []
  const administration = {
    policies: {
      simulations: { start: async () => JOB, cancel: (id: string) => ended.push(id) },
    },
    records: {
      async witness(event: SecurityEvent) {
        if (broken !== undefined) throw broken
        witnessed.push(event)
      },
    },
  }
  const actor = { subject: 'user:dee', client: 'console', grant: 'g' }
  const run = SIMULATIONS[1].run as unknown as (site: unknown, input: unknown) => Promise<unknown>
  const answer = run({ administration, caller: { actor } }, { files: { 'a.cedar': '' }, last: 1 })
  return { answer: await answer.catch((error: unknown) => error), witnessed, ended }
}

test('who puts recorded calls to a draft is on record; without a record there is no answer', async () => {
  const { answer, witnessed } = await start()
  expect(answer).toMatchObject({ simulation: { id: 'job-1' } })
  expect(witnessed).toMatchObject([
    {
      event: 'record.revealed',
      detail: { simulation: 'job-1', draft: expect.stringMatching(/^[0-9a-f]{64}$/) },
      by: { subject: 'user:dee' },
    },
  ])
  const broken = new Error('the disk is full')
  expect(await start(broken)).toMatchObject({ answer: broken, ended: ['job-1'] })
})
