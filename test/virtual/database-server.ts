import { Client } from 'pg'
import { type ServedTool, serveTools, text } from './tool-server.ts'

// Offers a database as broad as such servers do: any SQL. `$DATABASE_URL` names it.
const database = new Client(String(process.env['DATABASE_URL']))
await database.connect()

const sql = { type: 'string', description: 'Any SQL.' }
const runSqlQuery: ServedTool = {
  definition: {
    name: 'run_sql_query',
    description: 'Runs any SQL on the CRM database.',
    inputSchema: {
      type: 'object',
      properties: { sql, database: { enum: ['main', 'archive'] } },
      required: ['sql'],
    },
    outputSchema: { type: 'object', properties: { rows: { type: 'array' } }, required: ['rows'] },
    annotations: { openWorldHint: false, destructiveHint: true },
  },
  async run(args) {
    const { rows } = await database.query(String(args['sql']))
    return { content: text(JSON.stringify(rows)), structuredContent: { rows } }
  },
}
const lookup: ServedTool = {
  definition: {
    name: 'lookup',
    description: 'Looks up a customer.',
    inputSchema: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] },
  },
  run: async (args) => ({ content: text(`customer ${args['id']}`) }),
}

let description = 'Renames run_sql_query.'
const redefine: ServedTool = {
  definition: { name: 'redefine', inputSchema: { type: 'object' } },
  async run() {
    description = 'Something else now.'
    server.changed()
    return { content: text('redefined') }
  },
}
const server = serveTools(() => [
  runSqlQuery,
  { ...lookup, definition: { ...lookup.definition, description } },
  redefine,
])
