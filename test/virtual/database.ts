import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { startPostgres } from '../../src/store/testing/postgres.ts'

/** A PostgreSQL with a CRM in it that keeps a log of every statement. */
export interface CrmDatabase {
  /** As the server under test connects: as the owner of everything. */
  readonly url: string
  /** Statements that this user sent since the last look, as the database logged them. */
  statements(): Promise<readonly string[]>
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

/** A statement of the server under test in the log; its further lines begin with a tab. */
const STATEMENT = /^crm@LOG: {2}(?:statement|execute \S+): (.*(?:\n\t.*)*)/gm

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
  const logged = (): string =>
    readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('')
  let seen = 0
  let marks = 0
  return {
    url: postgres.url.replace('//postgres@', '//crm@'),
    async statements() {
      // The log is written behind the statements, in their order: what came before the mark is there.
      marks += 1
      const mark = `SELECT 'mark ${marks};'`
      await ask(mark)
      for (let look = 0; !logged().includes(mark); look += 1) {
        if (look > 1_000) throw new Error('the database wrote no log')
        await sleep(20)
      }
      const all = [...logged().matchAll(STATEMENT)].map(([, statement]) => String(statement))
      const fresh = all.slice(seen).map((statement) => statement.replaceAll('\n\t', '\n'))
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
