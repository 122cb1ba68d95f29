import { expect, test } from 'vitest'
import { WITHOUT_SCHEMA } from './known.ts'
import { authorize } from './permit.ts'
import { accessRequest } from './see.ts'
import { fakeExchange } from './testing/fakes.ts'
import { DENY, PERMIT } from './testing/world.ts'

test('only a permit makes a call that may be dispatched', () => {
  const aim = {
    exchange: fakeExchange('resources/read', { uri: 'a:1' }),
    action: 'read',
    server: 'files',
    kind: 'resource',
    name: 'a:1',
    arguments: {},
    params: { uri: 'a:1' },
  } as const
  const request = accessRequest({ now: () => 1 }, aim, WITHOUT_SCHEMA)
  expect(authorize(aim, WITHOUT_SCHEMA, request, DENY)).toBeUndefined()
  expect(authorize(aim, WITHOUT_SCHEMA, request, PERMIT)).toMatchObject({ aim, decision: PERMIT })
})
