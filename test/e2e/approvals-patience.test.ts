import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { connect, type Kind } from './approvals-clients.ts'
import { approvalScene } from './approvals-scene.ts'

// Clients give up after a time; people take longer. Everything is a tenth or less of what it is in life.

/** Milliseconds after which the clients give up, and after which the person answers. */
const CLIENT = 3_000
const HUMAN = 5_000
const CALLED = { isError: false, text: 'called' }

const scene = approvalScene('2s')

test.each<Kind>(['v2 modern', 'v1', 'v2 legacy'])(
  '%s: a person who is slower than the client is waited for',
  async (kind) => {
    const path = `/${randomUUID()}`
    const calling = await connect(kind, scene(), { form: {}, url: {} }, () => ({
      action: 'accept',
    }))
    onTestFinished(calling.close)
    const answered = sleep(HUMAN).then(() => scene().answer('approve'))
    let ended = await calling.call('ask_bo', path, { timeout: CLIENT })
    // A modern client waits in rounds. A session's is told to come back, as its model would.
    if (kind === 'v2 modern') expect(ended).toEqual(CALLED)
    else expect(ended.text).toContain('Approval pending')
    await answered
    if (ended.isError) ended = await calling.call('ask_bo', path, { timeout: CLIENT })
    expect(ended).toEqual(CALLED)
    expect(scene().upstream.all.filter(({ text }) => text.includes(path))).toHaveLength(1)
  },
)
