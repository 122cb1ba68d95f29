import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { startPostgres } from '../../src/store/testing/postgres.ts'

/** A PostgreSQL with a CRM in it that keeps a log of every statement. */
export interface CrmDatabase {
  /** As the server under test connects: as the owner of everything. */
  readonly url: string
  /** Statements that this user sent since the last look, as the database logged them. */
  statements(): readonly string[]
  /** What is in it: rows of each table. */
  state(): Promise<unknown>
  stop(): Promise<void>
}

const SCHEMA = `
  CREATE ROLE crm SUPERUSER LOGIN;
  CREATE TABLE ticket (id int PRIMARY KEY, status text NOT NULL, subject text NOT NULL);
  CREATE TABLE secret (word text NOT NULL);
  INSERT INTO ticket VALUES (1, 'open', 'Mouse'), (2, 'closed', 'O''Brien''s key'), (3, 'held', 'c:\\x');
  INSERT INTO secret VALUES ('hunter2');
  ALTER SYSTEM SET logging_collector = on;
  ALTER SYSTEM SET log_directory = 'log';
  ALTER SYSTEM SET log_statement = 'all';
  ALTER SYSTEM SET log_line_prefix = '%u@';`

export async function startDatabase(): Promise<CrmDatabase> {
  const postgres = await startPostgres()
  const ask = async (sql: string): Promise<unknown> => {
    const client = new Client(postgres.url)
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }
  // `ALTER SYSTEM` stands alone in its transaction.
  for (const statement of SCHEMA.split(';\n')) await ask(statement)
  await postgres.crash()
  await postgres.restart()
  const folder = join(new URL(postgres.url).searchParams.get('host') ?? '', 'data/log')
  let seen = 0
  return {
    url: postgres.url.replace('//postgres@', '//crm@'),
    statements() {
      const log = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
      const all = [
        ...log.join('').matchAll(/^crm@LOG: {2}(?:statement|execute \S+): (.*(?:\n\t.*)*)/gm),
      ]
      const fresh = all
        .slice(seen)
        .map(([, statement]) => String(statement).replaceAll('\n\t', '\n'))
      seen = all.length
      return fresh
    },
    state: () =>
      ask(`SELECT (SELECT json_agg(t ORDER BY id) FROM ticket t) AS ticket,
                  (SELECT json_agg(s) FROM secret s) AS secret,
                  (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace) AS things`),
    stop: postgres.stop,
  }
}
