import { request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { openCallback } from './callback.ts'

async function open() {
  const callback = await openCallback()
  onTestFinished(callback.close)
  return callback
}

/** Asks for a path exactly as it is written. */
function ask(redirect: string, path: string, method = 'GET'): Promise<number | undefined> {
  const { port } = new URL(redirect)
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode))
    })
      .once('error', reject)
      .end()
  })
}

test('the answer is the one that shows our state; all else is refused and waited past', async () => {
  const { redirect, wait } = await open()
  const answer = wait('ours', 10_000, new AbortController().signal)
  expect(await ask(redirect, '/callback?code=evil&state=theirs')).toBe(400)
  expect(await ask(redirect, '/callback?code=evil')).toBe(400)
  expect(await ask(redirect, '/callback?code=evil&state=ours', 'POST')).toBe(404)
  expect(await ask(redirect, '/callback?code=good&state=ours')).toBe(200)
  expect((await answer).searchParams.get('code')).toBe('good')
})

test.each(['//', '//[', 'http://[', '/\\\\', '*'])(
  'what is no address (%s) does not end the program',
  async (path) => {
    const { redirect } = await open()
    expect(await ask(redirect, path)).toBe(404)
    expect(await ask(redirect, '/callback')).toBe(400)
  },
)
