import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { ACTING, HARMLESS } from './functions.ts'

/** Volatile in PostgreSQL for giving another value each time, which is all they do. */
const ONLY_VARY = ['clock_timestamp', 'gen_random_uuid', 'random', 'timeofday', 'uuidv4', 'uuidv7']

describe('functions of PostgreSQL', () => {
  let client: Client
  beforeAll(async () => {
    client = new Client(inject('postgres'))
    await client.connect()
  })
  afterAll(() => client.end())

  test('that are harmless are volatile in no form', async () => {
    const { rows } = await client.query<{ proname: string }>(
      `select distinct proname from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace and provolatile = 'v' and proname = any($1)`,
      [[...HARMLESS.postgresql]],
    )
    expect(rows.map(({ proname }) => proname).sort()).toEqual(ONLY_VARY)
  })

  test('that are harmless take no query and read no table, file or setting', async () => {
    const { rows } = await client.query<{ proname: string }>(
      `select distinct proname from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace and proname = any($1)
          and (proargtypes::oid[] && array['regclass'::regtype::oid, 'refcursor'::regtype::oid]
            or 'query' = any(proargnames) or prorettype = 'trigger'::regtype
            or proname ~ '^(pg_|lo_|has_|current_setting|query_|table_|cursor_|schema_|database_)')`,
      [[...HARMLESS.postgresql]],
    )
    expect(rows).toEqual([])
  })
})

test('no function is both', () => {
  for (const dialect of ['postgresql', 'mysql', 'sqlite'] as const)
    expect([...ACTING[dialect].keys()].filter((name) => HARMLESS[dialect].has(name))).toEqual([])
})
