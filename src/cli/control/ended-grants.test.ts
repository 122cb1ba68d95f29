import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Revocation } from '../../kernel/authentication.ts'
import type { SecurityEvent } from '../../kernel/event.ts'
import { type FreshStore, freshStore } from '../../store/testing/fresh-store.ts'
import { endedGrants } from './ended-grants.ts'

const STOPPED = {
  ...{ grant: 'g-1', subject: 'agent:robot', client: 'app', call: 'c-1' },
  screens: ['decoys'],
}

let fresh: FreshStore
let seen: SecurityEvent[]
let revoked: unknown[]
let ended: Revocation[]
beforeEach(async () => {
  fresh = await freshStore('sqlite')
  seen = []
  revoked = []
  ended = []
})
afterEach(() => fresh.remove())

function around(witness: (event: SecurityEvent) => Promise<void>) {
  const made = endedGrants(fresh.store, witness)
  const revoke = async (...asked: readonly unknown[]) => revoked.push(asked) > 0
  made.meet({
    oauth: { grants: { revoke } } as never,
    identity: { end: (changes) => void ended.push(...changes) },
  })
  return made
}

const changes = () => fresh.store.db.selectFrom('change').selectAll().execute()

test('a grant of ours is revoked as administrators do it', async () => {
  await around(async (event) => void seen.push(event)).end(STOPPED)
  expect(revoked).toEqual([['g-1', 'screen']])
  expect(ended).toEqual([])
})

test('with a token of another issuer all that its subject holds ends, here and elsewhere', async () => {
  await around(async (event) => void seen.push(event)).end({ ...STOPPED, grant: '' })
  expect(ended).toMatchObject([{ kind: 'agent', id: 'robot' }])
  expect(await changes()).toMatchObject([{ kind: 'agent', id: 'robot', what: 'revoked' }])
  expect(seen).toMatchObject([
    {
      event: 'session.ended',
      subject: 'agent:robot',
      detail: { call: 'c-1', screens: ['decoys'] },
    },
  ])
})

test('nothing ends that nobody witnesses, or before anybody can end it', async () => {
  const broken = around(async () => {
    throw new Error('no witness')
  })
  await expect(broken.end({ ...STOPPED, grant: '' })).rejects.toThrow('no witness')
  expect([ended, await changes()]).toEqual([[], []])
  const early = endedGrants(fresh.store, async () => {})
  await expect(early.end(STOPPED)).rejects.toMatchObject({ code: 'store_unavailable' })
})
