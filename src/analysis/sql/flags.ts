/** What may be unusual about a statement of SQL. */
export const SQL_FLAGS = {
  ambiguous:
    'dialects see other strings or comments in it. Found ones only: declared ones are unparsable',
  analyze: 'runs what it explains, or rewrites statistics',
  catalog:
    'reads or names what the database keeps of itself, such as `pg_catalog` or `sqlite_master`',
  comment: 'holds a comment',
  dynamic: 'holds or runs code that is not read: `DO`, `EXECUTE`, `CALL`, a function body',
  file: 'reads or writes files of the server',
  locking: 'locks the rows that it reads: `FOR UPDATE`',
  multiple: 'more than one statement',
  parameter: 'holds a parameter: `$1`, `?`',
  program: 'starts a program on the server: `COPY … PROGRAM`',
  'side-effect': 'calls a function that does more than compute',
  star: 'asks for every column',
  tautology: 'a condition that is the same for every row: `WHERE 1 = 1`',
  unbounded: 'changes or empties whole tables: no condition',
  'unknown-function': 'calls a function that is not known to only compute',
} as const
