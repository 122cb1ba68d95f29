import { expect, test } from 'vitest'
import { errorOf } from './api-error.ts'

test('a problem keeps its code, its words, its faults and the id of the request', async () => {
  const body = {
    detail: '`id` is too long',
    code: 'params_invalid',
    requestId: 'r-1',
    errors: [{ member: 'id', message: 'too long' }, { member: 7 }, 'x'],
  }
  const error = await errorOf(Response.json(body, { status: 400 }))
  expect(error).toMatchObject({
    message: '`id` is too long',
    code: 'params_invalid',
    status: 400,
    requestId: 'r-1',
    faults: [{ member: 'id', message: 'too long' }],
  })
})

test('what is no problem document is an error all the same', async () => {
  for (const body of ['<h1>Bad gateway</h1>', 'null', '[]', '']) {
    const error = await errorOf(new Response(body, { status: 502 }))
    expect(error).toMatchObject({ code: 'http_502', status: 502, requestId: undefined })
    expect(error.message).toBe('the gateway answered with status 502')
  }
})
