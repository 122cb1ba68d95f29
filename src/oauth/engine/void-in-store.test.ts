import { expect, test } from 'vitest'
import type { SubjectId } from '../../kernel/subject.ts'
import { type Change, noteChanges } from '../../store/note-change.ts'
import type { Store } from '../../store/store.ts'
import { ENGINES, freshStore } from '../../store/testing/fresh-store.ts'
import { type RevocableToken, voidInStore } from './void-in-store.ts'

const NOW = 1_000_000
const TOKEN: RevocableToken = {
  id: 't1',
  kind: 'user',
  subject: 'alice' as SubjectId,
  actors: ['outer' as SubjectId, 'inner' as SubjectId],
  client: 'app',
  grant: 'g1',
  issued: NOW - 1_000,
}

const grant = ({ db }: Store, more: { readonly revoked?: number; readonly expires?: number }) =>
  db
    .insertInto('oauth_grant')
    .values({
      id: 'g1',
      kind: 'user',
      subject: 'alice',
      client: 'app',
      resource: 'r',
      scopes: '[]',
      actors: '[]',
      via: 'login',
      created: 0,
      used: null,
      expires: NOW + 1,
      revoked: null,
      reason: null,
      ...more,
    })
    .execute()

const revoked = (kind: Change['kind'], id: string): Change => ({ kind, id, what: 'revoked' })

describeEngines((name, open) => {
  test(`a token is good while its grant is: ${name}`, async () => {
    for (const [more, expected] of [
      [{}, false],
      [{ revoked: 1 }, true],
      [{ expires: NOW }, true],
      [undefined, true],
    ] as const)
      await open(async (store) => {
        if (more !== undefined) await grant(store, more)
        expect(await voidInStore(store, () => NOW)(TOKEN)).toBe(expected)
      })
  })

  test(`a token is void by what was revoked of it since: ${name}`, async () => {
    const cases: readonly (readonly [Change, number, boolean])[] = [
      [revoked('token', 't1'), 1, true],
      [revoked('token', 't2'), NOW, false],
      [revoked('client', 'app'), NOW - 1_000, true],
      [revoked('client', 'app'), NOW - 1_001, false],
      [revoked('user', 'alice'), NOW, true],
      [revoked('agent', 'alice'), NOW, false],
      [revoked('agent', 'outer'), NOW, true],
      [revoked('agent', 'inner'), NOW, true],
      [revoked('agent', 'inner'), 1, false],
      [{ ...revoked('user', 'alice'), what: 'changed' }, NOW, false],
    ]
    await open(async (store) => {
      await grant(store, {})
      for (const [change, at, expected] of cases) {
        await noteChanges(store.db, [change], at)
        expect([change, at, await voidInStore(store, () => NOW)(TOKEN)]).toEqual([
          change,
          at,
          expected,
        ])
        await store.db.deleteFrom('change').execute()
      }
    })
  })
})

type Open = (run: (store: Store) => Promise<void>) => Promise<void>

function describeEngines(tests: (name: string, open: Open) => void): void {
  for (const engine of ENGINES)
    tests(engine, async (run) => {
      const fresh = await freshStore(engine)
      try {
        await run(fresh.store)
      } finally {
        await fresh.remove()
      }
    })
}
