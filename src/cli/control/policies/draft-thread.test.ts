import { afterEach, expect, test } from 'vitest'
import { type DraftThread, openDraftThread } from './draft-thread.ts'

let thread: DraftThread
afterEach(() => thread.close())

function load(text: string) {
  const sources = [{ file: 'managed/a.cedar', text }]
  return thread.ask('load', { places: {}, sources })
}

/** So many policies that loading them takes a while, and that some are wrong. */
const MANY = 'permit (principal, action, resource);\n'.repeat(300)
const ONE = '@id("one") permit (principal, action, resource);'

test('others get their turn while a draft is loaded, and hear what is wrong with it', async () => {
  thread = openDraftThread()
  let [turns, done] = [0, false]
  const turn = (): void => {
    turns += 1
    if (!done) setImmediate(turn)
  }
  turn()
  await expect(load(MANY)).rejects.toMatchObject({
    code: 'params_invalid',
    data: {
      errors: expect.arrayContaining([
        expect.objectContaining({ message: expect.stringContaining('id') }),
      ]),
    },
  })
  done = true
  expect(turns).toBeGreaterThan(5)
  await expect(load(ONE)).resolves.toMatchObject({ managed: 1 })
})

test('what takes too long is ended, whatever waits behind it is answered', async () => {
  thread = openDraftThread(1)
  const late = { code: 'params_invalid', message: expect.stringContaining('longer than') }
  await expect(load(MANY)).rejects.toMatchObject(late)
  await expect(load(MANY)).rejects.toMatchObject(late)
})

test('so many wait, and no more', async () => {
  thread = openDraftThread()
  const asked = Array.from({ length: 9 }, () => load(ONE))
  await expect(asked.pop()).rejects.toMatchObject({ code: 'too_many_requests' })
  for (const one of asked) await expect(one).resolves.toMatchObject({ managed: 1 })
  await expect(load(ONE)).resolves.toMatchObject({ managed: 1 })
})

test('who waits when it closes hears of it', async () => {
  thread = openDraftThread()
  const asked = Array.from({ length: 3 }, () => load(MANY).catch((error: Error) => error))
  await thread.close()
  for (const answer of await Promise.all(asked)) expect(answer).toBeInstanceOf(Error)
})
