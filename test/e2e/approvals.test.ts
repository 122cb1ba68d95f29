import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  type Calling,
  type Capable,
  connect,
  KINDS,
  type Kind,
  type Shown,
} from './approvals-clients.ts'
import { approvalScene } from './approvals-scene.ts'

// The official clients get through approve and decline, by a form of their own and by our page.

const scene = approvalScene('45s')

const FORM: Capable = { form: {} }
const BOTH: Capable = { form: {}, url: {} }
const CALLED = { isError: false, text: 'called' }

async function connected(
  kind: Kind,
  capable: Capable | undefined,
  person: Parameters<typeof connect>[3],
): Promise<Calling> {
  const calling = await connect(kind, scene(), capable, person)
  onTestFinished(calling.close)
  return calling
}

/** Arguments of the calls of this path that reached the server. */
function reached(path: string): readonly unknown[] {
  return scene()
    .upstream.all.filter(({ arguments: args }) => JSON.stringify(args).includes(path))
    .map(({ arguments: args }) => args)
}

describe.each(KINDS)('%s', (kind) => {
  test('a form: yes runs exactly what was shown, no runs nothing', async () => {
    const path = `/${randomUUID()}`
    const say = { decision: 'approve' }
    const calling = await connected(kind, FORM, () => ({ action: 'accept', content: { ...say } }))
    expect(await calling.call('ask_me', path)).toEqual(CALLED)
    expect(calling.shown).toHaveLength(1)
    expect(calling.shown[0]?.message.split('\n')).toEqual(
      expect.arrayContaining([
        'Tool: "ask_me"',
        `Arguments: {"path":"${path}"}`,
        'Why you are asked: it deletes things',
      ]),
    )
    expect(reached(path)).toEqual([{ path }])

    // The same call once more is another call: the person is asked again, and says no.
    say.decision = 'decline'
    const refused = await calling.call('ask_me', path)
    expect(refused).toMatchObject({ isError: true, text: expect.stringMatching(/^Not approved: /) })
    expect(calling.shown).toHaveLength(2)
    expect(reached(path)).toEqual([{ path }])
  })

  test('a form that is closed is a no', async () => {
    const path = `/${randomUUID()}`
    const calling = await connected(kind, FORM, () => ({ action: 'cancel' }))
    expect(await calling.call('ask_me', path)).toMatchObject({ isError: true })
    expect(reached(path)).toEqual([])
  })

  test.each(['approve', 'decline'] as const)('our page: the desk says %s', async (verdict) => {
    const path = `/${randomUUID()}`
    const calling = await connected(kind, BOTH, () => ({ action: 'accept' }))
    const running = calling.call('ask_bo', path)
    await scene().answer(verdict)
    const ended = await running
    expect(calling.shown).toMatchObject([
      {
        mode: 'url',
        url: expect.stringMatching(`^${scene().gateway.issuer}/console/approvals/[-\\w]+$`),
      } satisfies Partial<Shown>,
    ])
    expect(reached(path)).toEqual(verdict === 'approve' ? [{ path }] : [])
    if (verdict === 'approve') expect(ended).toEqual(CALLED)
    else expect(ended.text).toMatch(/^Not approved: /)
  })

  test('our page, not opened: the call ends, the request stays, and its answer is for the retry', async () => {
    const path = `/${randomUUID()}`
    const calling = await connected(kind, BOTH, () => ({ action: 'decline' }))
    const ended = await calling.call('ask_bo', path)
    expect(ended).toMatchObject({
      isError: true,
      text: expect.stringContaining('Approval pending'),
    })
    await scene().answer('approve')
    expect(reached(path)).toEqual([])
    expect(await calling.call('ask_bo', path)).toEqual(CALLED)
    expect(reached(path)).toEqual([{ path }])
  })

  test('a client that can show nothing is held until the desk answers', async () => {
    const path = `/${randomUUID()}`
    const calling = await connected(kind, undefined, () => ({ action: 'cancel' }))
    const running = calling.call('ask_bo', path)
    await scene().answer('approve')
    expect(await running).toEqual(CALLED)
    expect(reached(path)).toEqual([{ path }])
  })

  test('a form never answers for somebody else', async () => {
    const path = `/${randomUUID()}`
    const yes = { action: 'accept', content: { decision: 'approve' } } as const
    const calling = await connected(kind, BOTH, () => yes)
    const running = calling.call('ask_bo', path)
    await expect.poll(() => scene().waiting()).toBe(1)
    expect(reached(path)).toEqual([])
    await scene().answer('decline')
    expect(await running).toMatchObject({ isError: true })
    expect(reached(path)).toEqual([])
  })
})
